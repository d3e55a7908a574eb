package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.http.RequestSecrets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers with an error status, {@code golden/error/NAME.http} (status line, headers, an empty line, the body), and
 * their exceptions, {@code NAME.error}.
 */
class ConverseErrorGoldenTest {

    static List<String> replies() {
        return GoldenFiles.names("error", ".http");
    }

    @ParameterizedTest
    @MethodSource("replies")
    void becomesTheExceptionOfTheGoldenFile(String name) {
        LlmException failure = read(GoldenFiles.text("error/" + name + ".http"));
        GoldenFiles.check(
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
        assertThat(failure.backend()).isEqualTo("test");
        assertThat(failure.model()).isEqualTo("asked");
    }

    @Test
    void aLongMessageIsShortenedWithoutPartsOfASecret() {
        for (int length = 960; length < 1010; length++) {
            LlmException failure =
                    read("HTTP/1.1 400 Bad\n\n{\"message\":\"" + "x".repeat(length) + Secrets.KEY + "\"}");
            assertThat(failure.serverMessage()).hasSizeLessThanOrEqualTo(1001).doesNotContain("S3");
            assertThat(failure.getMessage()).doesNotContain("S3");
        }
    }

    private static LlmException read(String text) {
        int headEnd = text.indexOf("\n\n");
        List<String> head = text.substring(0, headEnd).lines().toList();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), List.of(line.substring(colon + 2)));
        }
        return new ConverseErrorReader("test", "asked", new RequestSecrets(Map.of(), Secrets.KEY), ConverseReplay.CLOCK)
                .ofStatus(ConverseReplay.reply(
                        Integer.parseInt(head.get(0).split(" ")[1]),
                        headers,
                        Frames.utf8(text.substring(headEnd + 2))));
    }
}
