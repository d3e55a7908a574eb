package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.ToolResult;
import dev.postern.Usage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenTextTest {
    private static final Content PICTURE = Content.image("image/png", new byte[] {1, 2, 3});
    private static final CompletionResponse ANSWER = CompletionResponse.builder()
            .model("m")
            .content(List.of(Content.text("a\nb"), PICTURE))
            .stopReason(StopReason.END_TURN)
            .usage(Usage.of(1, 2))
            .serverInfo(Map.of("id", "r-1"))
            .build();

    @Test
    void anAnswerHasALineForEachPart() {
        assertThat(GoldenText.lines(ANSWER))
                .containsExactly(
                        "model m",
                        "stop END_TURN",
                        "text \"a\\nb\"",
                        "image image/png AQID",
                        "usage input 1 output 2",
                        "serverInfo {\"id\":\"r-1\"}");
    }

    @Test
    void aFailureIsOneLineWithTheAnswerThatWasPaidFor() {
        LlmException failure = LlmException.builder(LlmException.Kind.SERVER, "No.\nNo.")
                .answer(ANSWER)
                .build();
        assertThat(GoldenText.of(failure))
                .startsWith("error SERVER - -: No.\\nNo. | paid for: text ")
                .endsWith(", image image/png AQID, usage input 1 output 2, serverInfo {\"id\":\"r-1\"}");
    }

    @Test
    void allOtherPartsHaveAForm() {
        assertThat(GoldenText.of(Content.imageUrl("https://a/b.png"))).isEqualTo("image https://a/b.png");
        assertThat(GoldenText.of(new Content.Image("image/png", "AQID", "", "low")))
                .isEqualTo("image image/png AQID detail low");
        assertThat(GoldenText.of(Content.document("text/plain", "a b", new byte[] {1, 2, 3})))
                .isEqualTo("document \"a b\" text/plain AQID");
        assertThat(GoldenText.of(Content.documentId("f-1"))).isEqualTo("document \"\" file f-1");
        assertThat(GoldenText.of(Content.audio("audio/wav", new byte[] {1, 2, 3})))
                .isEqualTo("audio audio/wav AQID");
        assertThat(GoldenText.of(new ToolResult("c1", List.of(Content.text("x"), PICTURE), true)))
                .isEqualTo("tool-result c1 error [text \"x\", image image/png AQID]");
    }
}
