package dev.postern.openai;

import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Headers in the body of an error. OpenRouter repeats the headers of its upstream there. */
final class RepeatedHeaders {
    private static final URI NOWHERE = URI.create("about:blank");

    private RepeatedHeaders() {}

    /** The retry delay that they ask for. Their names may be anything, because they come from a body. */
    static Optional<Duration> delay(Map<String, String> headers, Instant now) {
        Map<String, List<String>> lists = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> {
            String trimmed = name.trim(); // like HttpHeaders, which refuses empty and repeated names
            if (!trimmed.isEmpty()) {
                lists.put(trimmed, List.of(value));
            }
        });
        return RetryAfter.of(new HttpReply(NOWHERE, 0, HttpHeaders.of(lists, (name, value) -> true), new byte[0]), now);
    }
}
