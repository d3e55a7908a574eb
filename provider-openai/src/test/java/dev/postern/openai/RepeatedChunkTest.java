package dev.postern.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.RepetitionFilter;
import dev.postern.testkit.project.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A chunk that differs from the previous one in only one string is compared, not parsed; see
 * {@link RepetitionFilter}. The events must be the same as with a parser. The tests add white space, so
 * that no chunk is like the previous one.
 */
class RepeatedChunkTest {
    private static final Pattern OBJECT = Pattern.compile("(?m)^(data: ?\\{)");

    static List<String> streams() {
        return SourcedGolden.names("stream", ".sse");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void streamGivesTheSameEventsWithoutRepeatedChunks(String name) {
        byte[] stream = Golden.read("stream/" + name + ".sse");
        ServerProfile profile = SourcedGolden.profile("stream/" + name + ".events");

        assertThat(events(withoutRepetition(stream), profile)).isEqualTo(events(stream, profile));
    }

    @ParameterizedTest
    @MethodSource("streams")
    @ResourceLock(RepetitionFilter.PROPERTY)
    void aStreamGivesTheSameEventsIfTheFilterIsSwitchedOff(String name) {
        byte[] stream = Golden.read("stream/" + name + ".sse");
        ServerProfile profile = SourcedGolden.profile("stream/" + name + ".events");
        List<String> filtered = Replay.whole(stream, profile);
        System.setProperty(RepetitionFilter.PROPERTY, "false");
        try {
            assertThat(Replay.whole(stream, profile)).isEqualTo(filtered);
        } finally {
            System.clearProperty(RepetitionFilter.PROPERTY);
        }
    }

    /** Random sequences of chunks of all kinds: the filter gives the same events as a parser. */
    @Test
    void randomChunksGiveTheSameEventsWithoutRepetition() {
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
                "{\"content\":\"%s\",\"extra_content\":{\"s\":\"%s\"}}",
                "{\"content\":\"%s\",\"extra_content\":{\"google\":{\"thought\":true}}}",
                "{\"content\":\"<thought>%s\",\"extra_content\":{\"google\":{\"thought\":true}}}",
                "{\"content\":\"</thought>%s\"}",
                "{\"content\":\"<think>%s\"}",
                "{\"content\":\"%s</think>\"}",
                "{\"reasoning_text\":\"%s\"}",
                "{\"reasoning_text\":\"%s\",\"reasoning_opaque\":\"%s\"}",
                "{\"reasoning_content\":\"%s\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"%s\"}]}",
                "{\"tool_calls\":[{\"index\":2,\"id\":\"call_c\",\"type\":\"custom\",\"custom\":{\"name\":\"h\",\"input\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":2,\"custom\":{\"input\":\"%s\"}}]}",
                "{\"tool_calls\":[{\"index\":3,\"id\":\"call_d\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                "{\"tool_calls\":[{\"index\":3,\"function\":{\"arguments\":\"%s\"}}]}",
                "{\"audio\":{\"transcript\":\"%s\"}}",
                "{\"images\":[\"%s\"]}",
                "{}");
        List<String> around = List.of(
                "\"index\":0,\"delta\":%d",
                "\"index\":1,\"delta\":%d",
                "\"delta\":%d,\"index\":0",
                "\"delta\":%d,\"message\":{\"content\":\"m%s\"},\"index\":0",
                "\"message\":{\"content\":\"m%s\"},\"delta\":%d",
                "\"index\":0,\"message\":{\"content\":\"m%s\"}",
                "\"index\":0,\"text\":\"t%s\",\"delta\":%d",
                "\"index\":%n,\"delta\":%d");
        List<String> beside = List.of(
                "",
                ",\"base_resp\":{\"status_code\":0,\"status_msg\":\"%s\"}",
                ",\"error_message\":\"\",\"code\":0,\"message\":\"ok\"",
                ",\"error\":null,\"success\":true");
        List<String> words = List.of("", "a", "\\\"x\\\"", "ü", "\\u00fc\\n", "{\\\"k\\\":", "1}");
        Random random = new Random(7);
        for (int stream = 0; stream < 1200; stream++) {
            ServerProfile profile = ServerProfile.GENERIC.withThinkTags(random.nextInt(4) == 0);
            List<String> events = new ArrayList<>();
            String chunk = "";
            for (int i = 0; i < 30; i++) {
                if (i == 0 || random.nextInt(4) == 0) {
                    String plain = around.get(random.nextInt(3) == 0 ? random.nextInt(around.size()) : 0);
                    chunk = plain.replace("%d", deltas.get(random.nextInt(deltas.size())))
                            + ",\"finish_reason\":null}]"
                            + beside.get(random.nextInt(3) == 0 ? random.nextInt(beside.size()) : 0);
                }
                String word = words.get(random.nextInt(words.size()));
                String usage = random.nextInt(9) == 0
                        ? ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + i + "}"
                        : "";
                events.add("data: {\"id\":\"c\",\"created\":" + random.nextInt(3) + ",\"choices\":[{"
                        + chunk.replace("%s", word).replace("%n", "" + i) + usage + ",\"obfuscation\":\""
                        + "x".repeat(random.nextInt(5)) + "\"}\n\n");
            }
            events.add(
                    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
            byte[] body = String.join("", events).getBytes(UTF_8);

            assertThat(Replay.whole(body, profile))
                    .as(String.join("", events))
                    .isEqualTo(Replay.whole(withoutRepetition(body), profile));
        }
    }

    /** The events, without the text that a failure quotes, because it contains the white space. */
    private static List<String> events(byte[] stream, ServerProfile profile) {
        return Replay.whole(stream, profile).stream()
                .map(line -> line.replaceAll("\\('.*'\\)", "(…)"))
                .toList();
    }

    /** The same stream with additional spaces, whose number differs from chunk to chunk. */
    private static byte[] withoutRepetition(byte[] stream) {
        int[] chunks = {0};
        return OBJECT.matcher(new String(stream, ISO_8859_1))
                .replaceAll(begin -> begin.group() + " ".repeat(1 + chunks[0]++ % 2))
                .getBytes(ISO_8859_1);
    }
}
