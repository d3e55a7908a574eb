package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PersonalDataTest {
    private static final String ANN = "ann@example.com";
    private static final String PHONE = "+49 30 1234567";

    private final Vault vault = new Vault();

    private static LlmProvider around(FakeLlm llm) {
        return Instrumentation.builder().interceptor(new PersonalData()).build().around(llm);
    }

    private CompletionRequest.Builder request() {
        return CompletionRequest.builder()
                .context(CallContext.builder().with(PersonalData.VAULT, vault).build());
    }

    @Test
    void noPartOfARequestHasPersonalData() {
        FakeLlm fake = FakeLlm.answering("ok");
        around(fake)
                .completions(request()
                        .system("You write for " + ANN + ".")
                        .user("Write to " + ANN + " or call " + PHONE + ".")
                        .message(CompletionResponse.builder()
                                .content(List.of(ToolCall.of("c1", "send", Map.of("to", List.of(ANN)))))
                                .stopReason(StopReason.TOOL_USE)
                                .build()
                                .message())
                        .toolResults(ToolResult.of("c1", "sent to " + ANN))
                        .build());

        CompletionRequest sent = fake.request(0);
        assertThat(sent.system()).isEqualTo("You write for [pii_1].");
        assertThat(sent.messages().get(0).text()).isEqualTo("Write to [pii_1] or call [pii_2].");
        assertThat(sent.messages().get(1).toolCalls().get(0).input()).containsEntry("to", List.of("[pii_1]"));
        assertThat(sent.messages().get(2).toolResults().get(0).text()).isEqualTo("sent to [pii_1]");
        assertThat(vault).hasToString("Vault[2 values]");
    }

    @Test
    void anAnswerHasWhatWasHiddenAlsoIfItsPlaceholderIsSplit() {
        FakeLlm fake = FakeLlm.answering("I wrote to [", "pii", "_1", "] and [1] [pii_9]", " [");
        StreamProbe probe = StreamProbe.of(
                around(fake).stream(request().user("Write to " + ANN).build()));

        assertThat(probe.text()).isEqualTo("I wrote to " + ANN + " and [1] [pii_9] [");
        assertThat(probe.events())
                .filteredOn(event -> event instanceof StreamEvent.ContentDelta)
                .noneMatch(event -> event.toString().contains("delta=]"));
    }

    @Test
    void toolCallsAreRestoredInTheirPiecesAndAsAWhole() {
        ToolCall call = ToolCall.of("c1", "send", Map.of("to", "[pii_1]"));
        FakeLlm fake = FakeLlm.named("fake")
                .thenEvents(
                        new StreamEvent.ToolCallStart("c1", "send"),
                        new StreamEvent.ToolCallDelta("c1", "{\"to\":\"[p"),
                        new StreamEvent.ToolCallDelta("c1", "ii_1]\"}"),
                        new StreamEvent.ToolCallComplete(call),
                        new StreamEvent.MessageStop(StopReason.TOOL_USE, "m", Map.of()));
        StreamProbe probe = StreamProbe.of(
                around(fake).stream(request().user("Write to " + ANN).build()));

        List<StreamEvent> events = probe.events();
        assertThat(probe.answer().toolCalls().get(0).input()).containsEntry("to", ANN);
        assertThat(events.stream()
                        .filter(StreamEvent.ToolCallDelta.class::isInstance)
                        .map(event -> ((StreamEvent.ToolCallDelta) event).delta())
                        .reduce("", String::concat))
                .isEqualTo("{\"to\":\"" + ANN + "\"}");
    }

    @Test
    void aCutAnswerKeepsItsLastCharacters() {
        FakeLlm fake = FakeLlm.answering("see [pi", "i_1]").cutAfter(1);
        StreamProbe probe =
                StreamProbe.of(around(fake).stream(request().user(ANN).build()));

        probe.expectText("see ").expectText("[pi").expectFailure(Kind.INCOMPLETE_STREAM);
    }

    @Test
    void aPlaceholderOfTheUserIsNoWayToTheVault() {
        vault.hide(ANN);
        FakeLlm fake = FakeLlm.responding(asked -> CompletionResponse.builder()
                .content(asked.messages().get(0).text())
                .build());

        assertThat(around(fake)
                        .completions(request().user("Say [pii_1]").build())
                        .content())
                .isEqualTo("Say [pii_1]");
    }
}
