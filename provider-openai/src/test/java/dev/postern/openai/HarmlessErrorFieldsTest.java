package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Successful answers with fields that other servers use for errors. */
@Timeout(60)
class HarmlessErrorFieldsTest {
    private static final String END = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    private static String events(String... objects) {
        return "data: " + String.join("\n\ndata: ", objects) + "\n\n";
    }

    private static List<String> read(String body) {
        return Replay.atEverySplit(body.getBytes(StandardCharsets.UTF_8), ServerProfile.GENERIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"code\":200,\"error\":{}",
                "\"code\":0,\"error\":{},\"message\":\"success\"",
                "\"status\":\"completed\",\"error\":[]",
                "\"error\":{\"code\":0,\"message\":\"\"}",
                "\"error\":{\"code\":0,\"message\":\"success\"}",
                "\"error\":{\"code\":\"200\",\"message\":null}",
                "\"error\":{\"type\":\"none\"}",
                "\"error\":\"None\"",
                "\"error_msg\":\"success\"",
                "\"error_message\":\"OK\"",
                "\"base_resp\":{\"status_code\":200,\"status_msg\":\"success\"}"
            })
    void answerWithAnEmptyErrorIsASuccess(String fields) {
        String choice = "\"choices\":[{\"index\":0,\"%s\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]";

        assertThat(read("{" + choice.formatted("message") + "," + fields + "}"))
                .containsExactly("text \"Hi\"", "stop END_TURN asked {\"finish_reason\":\"stop\"}");
        assertThat(read(events("{" + choice.formatted("delta") + "," + fields + "}", "[DONE]")))
                .containsExactly("text \"Hi\"", "stop END_TURN asked {\"finish_reason\":\"stop\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"message\":\"success\"}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"msg\":\"ok\"}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"code\":1000}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"code\":\"SUCCESS\"}",
                "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"message\":\"stream finished\",\"status\":\"done\"}"
            })
    void messageInTheLastChunkOfACompleteAnswerIsNotAnError(String last) {
        assertThat(read(events("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}", END, last, "[DONE]")))
                .containsExactly(
                        "text \"Hi\"", "stop END_TURN asked {\"finish_reason\":\"stop\"}", "usage input 1 output 2");
    }

    @Test
    void emptyMessageIsNotAnError() {
        assertThat(read(events(
                        "{\"type\":\"ping\",\"message\":\"\"}",
                        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
                        END)))
                .containsExactly("text \"a\"", "stop END_TURN asked {\"finish_reason\":\"stop\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"overloaded\"}}",
                "{\"success\":false,\"message\":\"overloaded\"}",
                "{\"type\":\"error\",\"message\":\"overloaded\"}",
                "{\"base_resp\":{\"status_code\":1000,\"status_msg\":\"overloaded\"}}"
            })
    void errorAfterTheFinishReasonIsAnError(String last) {
        assertThat(read(events("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", END, last)))
                .anyMatch(line -> line.startsWith("error ") && line.contains("overloaded"));
    }

    /**
     * Formerly each angle bracket copied the text after it: 160,000 of them took 15 s, 600,000 would have taken
     * minutes.
     */
    @Test
    void manyAngleBracketsAreReadInLinearTime() {
        String text = "<".repeat(600_000);
        byte[] body = events("{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}", END)
                .getBytes(StandardCharsets.UTF_8);

        assertThat(Replay.fold(body, ServerProfile.GENERIC.withThinkTags(true)).content())
                .isEqualTo(text);
    }
}
