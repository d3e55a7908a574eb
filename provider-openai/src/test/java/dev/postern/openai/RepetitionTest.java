package dev.postern.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chunks that repeat the one before are compared, not parsed; see {@link dev.postern.json.JsonTemplate}. Nothing may tell
 * the difference: a stream says the same if white space keeps each chunk from being like the one before.
 */
class RepetitionTest {
    private static final Pattern OBJECT = Pattern.compile("(?m)^(data: ?\\{)");

    static List<String> streams() {
        return Sourced.names("stream", ".sse");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamSaysTheSameIfNoChunkIsLikeTheOneBefore(String name) {
        byte[] stream = Golden.read("stream/" + name + ".sse");
        ServerProfile profile = Sourced.profile("stream/" + name + ".events");

        assertThat(told(unlike(stream), profile)).isEqualTo(told(stream, profile));
    }

    /** Chunks of each kind, in turns and in runs: the events that a template gives are those that a parser gives. */
    @Test
    void allKindsOfChunksInAnyOrderSayTheSame() {
        List<String> deltas = List.of(
                "{\"content\":\"%s\"}",
                "{\"content\":null,\"reasoning_content\":\"%s\"}",
                "{\"content\":\"\",\"reasoning\":\"%s\",\"reasoning_content\":null}",
                "{\"reasoning\":\"%s\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"%s\"}]}",
                "{\"content\":\"%s\",\"reasoning_content\":\"%s\"}",
                "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}",
                "{\"refusal\":\"%s\"}",
                "{\"content\":\"%s\",\"refusal\":\"no\"}",
                "{\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"function\":{\"name\":\"f\",\"arguments\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"function\":{\"name\":\"g\",\"arguments\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\"}}]}",
                "{\"content\":\"%s\",\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\"},\"extra_content\":{\"s\":\"%s\"}}]}",
                "{\"function_call\":{\"arguments\":\"%s\"}}",
                "{\"function_call\":{\"name\":\"f\",\"arguments\":\"%s\",\"arguments\":\"\"}}",
                "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\",\"arguments\":null}}]}",
                "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\"},\"function\":{\"arguments\":7}}]}",
                "{\"reasoning\":\"%s\",\"reasoning\":null}",
                "{\"reasoning_content\":\"%s\",\"reasoning_content\":\"\"}",
                "{\"content\":\"%s\",\"content\":\"\"}",
                "{\"content\":\"%s\",\"extra_content\":{\"s\":\"%s\"}}");
        List<String> words = List.of("", "a", "\\\"x\\\"", "ü", "\\u00fc\\n", "{\\\"k\\\":", "1}");
        Random random = new Random(7);
        for (int stream = 0; stream < 400; stream++) {
            List<String> events = new ArrayList<>();
            String delta = "";
            for (int i = 0; i < 30; i++) {
                if (i == 0 || random.nextInt(4) == 0) {
                    delta = deltas.get(random.nextInt(deltas.size()));
                }
                String word = words.get(random.nextInt(words.size()));
                String usage = random.nextInt(9) == 0
                        ? ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + i + "}"
                        : "";
                events.add("data: {\"id\":\"c\",\"created\":" + random.nextInt(3)
                        + ",\"choices\":[{\"index\":0,\"delta\":"
                        + delta.replace("%s", word) + ",\"finish_reason\":null}]" + usage + ",\"obfuscation\":\""
                        + "x".repeat(random.nextInt(5)) + "\"}\n\n");
            }
            events.add(
                    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
            byte[] body = String.join("", events).getBytes(UTF_8);

            assertThat(Replay.whole(body, ServerProfile.GENERIC))
                    .as(String.join("", events))
                    .isEqualTo(Replay.whole(unlike(body), ServerProfile.GENERIC));
        }
    }

    /** What comes out, but for what a failure quotes, since that holds the white space. */
    private static List<String> told(byte[] stream, ServerProfile profile) {
        return Replay.whole(stream, profile).stream()
                .map(line -> line.replaceAll("\\('.*'\\)", "(…)"))
                .toList();
    }

    /** The same stream with a number of spaces in each chunk that differs from the last one's. */
    private static byte[] unlike(byte[] stream) {
        int[] chunks = {0};
        return OBJECT.matcher(new String(stream, ISO_8859_1))
                .replaceAll(begin -> begin.group() + " ".repeat(1 + chunks[0]++ % 2))
                .getBytes(ISO_8859_1);
    }
}
