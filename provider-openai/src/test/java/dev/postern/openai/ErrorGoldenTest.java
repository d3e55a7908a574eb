package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.http.HttpReply;
import dev.postern.openai.ServerProfile.KeyHeader;
import dev.postern.testkit.project.Golden;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers with a status of failure, {@code golden/error/NAME.http} (status line, headers, an empty line, the body), and
 * the exception for each, {@code NAME.error}.
 */
class ErrorGoldenTest {
    private static final String KEY = "sk-SECRET-0123456789";

    /** The formats of bodies and of Retry-After: rows of sections 8 and 11 of SERVERS.md. */
    private static final List<String> ROWS = List.of(
            "8b.1", "8b.2", "8b.3", "8b.4", "8b.5", "8b.6", "8b.7", "8b.8", "8b.9", "8b.10", "8b.11", "11.1", "11.2",
            "11.3", "11.4", "11.5", "11.6", "11.7", "11.8");

    static List<String> replies() {
        return SourcedGolden.names("error", ".http");
    }

    @ParameterizedTest
    @MethodSource("replies")
    void becomesTheExpectedException(String name) {
        LlmException failure = read(name);
        SourcedGolden.check(
                "error/" + name + ".error",
                List.of(
                        "kind " + failure.kind(),
                        "retryable " + failure.retryable(),
                        "status " + failure.status().orElse(0),
                        "code " + failure.code(),
                        "retryAfter "
                                + failure.retryAfter().map(Duration::toString).orElse(""),
                        "requestId " + failure.requestId(),
                        "serverMessage " + failure.serverMessage().replace("\n", "\\n"),
                        "message " + String.valueOf(failure.getMessage()).replace("\n", "\\n")));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void namesBackendAndModelButNotTheKey(String name) {
        LlmException failure = read(name);
        assertThat(failure.backend()).isEqualTo("test");
        assertThat(failure.model()).isEqualTo("asked");
        assertThat(failure + failure.code() + failure.serverMessage() + failure.requestId())
                .doesNotContain(KEY, KEY.substring(0, 6));
    }

    @Test
    void severalFilesRepeatTheKey() {
        assertThat(replies().stream().filter(name -> text(name).contains(KEY))).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void everyFormOfErrorsHasACase() {
        Set<String> covered = new TreeSet<>();
        for (String name : replies()) {
            String source = SourcedGolden.header("error/" + name + ".error").get(0);
            covered.addAll(List.of(source.substring("# SERVERS ".length()).split("[ :]")));
        }
        assertThat(covered).containsAll(ROWS);
    }

    private static LlmException read(String name) {
        RequestHeaders.Headers headers =
                new RequestHeaders(KeyHeader.BEARER, () -> KEY, null, Map.of()).headers(CallOptions.NONE, false);
        return new ChatErrorReader("test", "asked", headers.secrets(), Replay.CLOCK).ofStatus(reply(text(name)));
    }

    private static String text(String name) {
        return new String(Golden.read("error/" + name + ".http"), StandardCharsets.UTF_8);
    }

    private static HttpReply reply(String text) {
        int headEnd = text.indexOf("\n\n");
        List<String> head = text.substring(0, headEnd).lines().toList();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), List.of(line.substring(colon + 2)));
        }
        return Replay.reply(
                Integer.parseInt(head.get(0).split(" ")[1]),
                headers,
                text.substring(headEnd + 2).getBytes(StandardCharsets.UTF_8));
    }
}
