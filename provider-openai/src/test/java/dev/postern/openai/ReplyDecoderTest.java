package dev.postern.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detection of streams and whole answers by the first bytes and the content type. */
class ReplyDecoderTest {
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String CHUNK =
            "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String ANSWER =
            "{\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";
    private static final List<String> HI = List.of("text \"Hi\"", "stop END_TURN m {\"finish_reason\":\"stop\"}");

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json", "text/plain", EVENTS})
    void eventsAndObjectsAreRecognizedWithAnyContentType(String type) {
        for (String before : List.of("", "\n\n", "\uFEFF", ": ping\n\n", "id: 7\n", "retry: 1\n", "event: message\n")) {
            assertThat(read(before + CHUNK, type)).as(before).isEqualTo(HI);
        }
        assertThat(read(ANSWER, type)).isEqualTo(HI);
        assertThat(read("\r\n\r\n" + ANSWER, type)).isEqualTo(HI);
    }

    /** The SSE standard ignores unknown fields. */
    @ParameterizedTest
    @ValueSource(strings = {"foo: bar\n", "x\n", "Data: 1\n", "events: 2\n", "date: now\n", "id\n", "ä: 1\n"})
    void streamMayBeginWithAnUnknownField(String field) {
        assertThat(read(field + CHUNK, EVENTS)).isEqualTo(HI);
        assertThat(read(field + "\n" + CHUNK, EVENTS)).isEqualTo(HI);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "internal error",
                "internal error\n",
                "upstream: connection refused",
                "identifier missing",
                "retries exhausted",
                "erroneous",
                "everything is broken",
                "no data"
            })
    void sentenceIsQuotedWithAnyContentType(String sentence) {
        for (String type : List.of("", "text/plain", EVENTS)) {
            assertThat(read(sentence, type))
                    .as(type)
                    .singleElement()
                    .asString()
                    .startsWith("error PROTOCOL")
                    .contains("text that is not JSON ('" + sentence.strip() + "')");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "data", "error", "retr", "id"})
    void wordLikeAFieldNameIsQuoted(String word) {
        assertThat(read(word, "text/plain"))
                .singleElement()
                .asString()
                .startsWith("error PROTOCOL")
                .contains("text that is not JSON ('" + word + "')");
    }

    private static List<String> read(String body, String type) {
        return Replay.atEverySplit(body.getBytes(UTF_8), ServerProfile.GENERIC, type);
    }
}
