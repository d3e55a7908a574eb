package dev.postern.springai;

import dev.postern.CompletionResponse;
import dev.postern.http.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.EmptyRateLimit;
import org.springframework.ai.chat.metadata.RateLimit;

/** The rate limits in the server's headers; as Spring AI has no absent value, what the server does not say is zero. */
record HeaderRateLimit(
        Long getRequestsLimit,
        Long getRequestsRemaining,
        Duration getRequestsReset,
        Long getTokensLimit,
        Long getTokensRemaining,
        Duration getTokensReset)
        implements RateLimit {

    /** The limits in a server info; empty ones if it has none. */
    static RateLimit of(Map<String, @Nullable Object> serverInfo, Instant now) {
        if (!(serverInfo.get(CompletionResponse.RATE_LIMITS) instanceof Map<?, ?> headers)) {
            return new EmptyRateLimit();
        }
        return new HeaderRateLimit(
                count(headers, "limit-requests", "limit"),
                count(headers, "remaining-requests", "remaining"),
                wait(headers, "reset-requests", "reset", now),
                count(headers, "limit-tokens", ""),
                count(headers, "remaining-tokens", ""),
                wait(headers, "reset-tokens", "", now));
    }

    private static String header(Map<?, ?> headers, String name, String otherwise) {
        Object value = headers.get("x-ratelimit-" + name);
        Object other = value == null ? headers.get("x-ratelimit-" + otherwise) : value;
        return other == null ? "" : other.toString().trim();
    }

    private static long count(Map<?, ?> headers, String name, String otherwise) {
        String text = header(headers, name, otherwise);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    private static Duration wait(Map<?, ?> headers, String name, String otherwise, Instant now) {
        return RetryAfter.of(header(headers, name, otherwise), now).orElse(Duration.ZERO);
    }
}
