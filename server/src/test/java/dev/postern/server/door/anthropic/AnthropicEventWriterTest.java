package dev.postern.server.door.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which blocks of a stream are written when. */
class AnthropicEventWriterTest {
    private final List<String> sent = new ArrayList<>();
    private final AnthropicEventWriter writer = new AnthropicEventWriter(
            CompletionRequest.builder().user("a").stop("END").build(), true, "msg_1", "m", () -> "main");

    /** The blocks that were written for these events, since the last call. */
    private List<String> blocks(StreamEvent... events) {
        for (StreamEvent event : events) {
            writer.event(event, this::keep);
        }
        List<String> now = List.copyOf(sent);
        sent.clear();
        return now;
    }

    private List<String> end() {
        writer.end(this::keep);
        return blocks();
    }

    private void keep(byte[] frame) {
        String data = new String(frame, StandardCharsets.UTF_8).split("\n")[1].substring("data: ".length());
        if (!data.contains("message_start")) {
            sent.add(data.replaceAll(
                            "\"type\":\"content_block_|,\"content_block\"|,\"delta\"|\"type\":|\"index\":|\"", "")
                    .replaceAll("postern1\\.[A-Za-z0-9_-]+", "PACKED"));
        }
    }

    @Test
    void argumentsOfTheFirstCallAreWrittenAsTheyCome() {
        assertThat(blocks(new ToolCallStart("a", "t"))).containsExactly("{start,0:{tool_use,id:a,name:t,input:{}}}");
        assertThat(blocks(new ToolCallDelta("a", "{\"x")))
                .containsExactly("{delta,0:{input_json_delta,partial_json:{\\x}}");
        assertThat(blocks(new ToolCallDelta("a", "\":1}")))
                .containsExactly("{delta,0:{input_json_delta,partial_json:\\:1}}}");
    }

    @Test
    void aCallWithWholeArgumentsEndsWhenTheNextBegins() {
        blocks(new ToolCallStart("a", "t"), new ToolCallDelta("a", "{}"));
        assertThat(blocks(new ToolCallStart("b", "t")))
                .containsExactly("{stop,0}", "{start,1:{tool_use,id:b,name:t,input:{}}}");
        assertThat(blocks(new ToolCallDelta("b", "{"))).containsExactly("{delta,1:{input_json_delta,partial_json:{}}");
        assertThat(blocks(new ToolCallComplete(ToolCall.of("a", "t", Map.of()))))
                .isEmpty();
    }

    @Test
    void anotherCallWaitsForTheEndOfTheFirst() {
        blocks(new ToolCallStart("a", "t"), new ToolCallDelta("a", "{\"x\":\"}\""));
        assertThat(blocks(new ToolCallStart("b", "t"), new ToolCallDelta("b", "{}"), new ContentDelta("Hi")))
                .isEmpty();
        assertThat(blocks(new ToolCallDelta("a", "}")))
                .startsWith(
                        "{delta,0:{input_json_delta,partial_json:}}}",
                        "{stop,0}",
                        "{start,1:{tool_use,id:b,name:t,input:{}}}")
                .endsWith("{start,2:{text,text:}}", "{delta,2:{text_delta,text:Hi}}");
    }

    @Test
    void argumentsThatNeverCameAreWrittenAtTheEnd() {
        blocks(new ToolCallStart("a", "t"));
        assertThat(blocks(new ToolCallComplete(ToolCall.of("a", "t", Map.of()))))
                .containsExactly("{delta,0:{input_json_delta,partial_json:{}}}", "{stop,0}");
        assertThat(blocks(new ToolCallComplete(ToolCall.of("b", "t", Map.of("x", 1)))))
                .containsExactly(
                        "{start,1:{tool_use,id:b,name:t,input:{}}}",
                        "{delta,1:{input_json_delta,partial_json:{\\x\\:1}}}",
                        "{stop,1}");
    }

    @Test
    void aCallThatWasCutOffSaysSo() {
        blocks(new ToolCallStart("a", "t"), new ToolCallDelta("a", "{\"x\":"));
        blocks(new ToolCallComplete(ToolCall.malformed("a", "t", "{\"x\":")));
        blocks(new MessageStop(StopReason.TOOL_USE, "m", Map.of(CompletionResponse.FINISH_REASON, "length")));
        assertThat(end().get(0)).contains("stop_reason:max_tokens");
    }

    @Test
    void thinkingIsSignedInAnyCase() {
        assertThat(blocks(ReasoningDelta.of("Hm"), ReasoningDelta.of("."), new ContentDelta("Hi")))
                .containsExactly(
                        "{start,0:{thinking,thinking:,signature:}}",
                        "{delta,0:{thinking_delta,thinking:Hm}}",
                        "{delta,0:{thinking_delta,thinking:.}}",
                        "{delta,0:{signature_delta,signature:PACKED}}",
                        "{stop,0}",
                        "{start,1:{text,text:}}",
                        "{delta,1:{text_delta,text:Hi}}");
        assertThat(blocks(new ReasoningDelta("", "", "cmVk", ProviderData.NONE)))
                .containsExactly("{stop,1}", "{start,2:{redacted_thinking,data:PACKED}}", "{stop,2}");
    }

    @Test
    void aSignatureEndsItsThinking() {
        blocks(ReasoningDelta.of("Hm"));
        assertThat(blocks(new ReasoningDelta("", "sig", "", ProviderData.NONE)))
                .containsExactly("{delta,0:{signature_delta,signature:PACKED}}", "{stop,0}");
        assertThat(blocks(ReasoningDelta.of("More"))).startsWith("{start,1:{thinking,thinking:,signature:}}");
    }

    @ParameterizedTest
    @CsvSource({
        "END_TURN,       stop,       end_turn,      null",
        "OTHER,          '',         end_turn,      null",
        "TOOL_USE,       stop,       tool_use,      null",
        "TOOL_USE,       max_tokens, max_tokens,    null",
        "TOOL_USE,       MAX_TOKENS, max_tokens,    null",
        "MAX_TOKENS,     length,     max_tokens,    null",
        "STOP_SEQUENCE,  stop,       stop_sequence, END",
        "CONTENT_FILTER, refusal,    refusal,       null",
    })
    void theReasonIsNamedAsAnthropicDoes(StopReason reason, String finish, String expected, String sequence) {
        blocks(new MessageStop(reason, "m", Map.of(CompletionResponse.FINISH_REASON, finish)));
        assertThat(end().get(0)).contains("stop_reason:" + expected + ",stop_sequence:" + sequence + "}");
    }

    @Test
    void withoutTheEndOfTheBackendThereIsNone() {
        blocks(new ContentDelta("Hi"));
        assertThat(end()).isEmpty();
    }
}
