package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompletionResponseTest {
    private static final ToolCall CALL = ToolCall.of("c1", "weather", Map.of("city", "Paris"));

    @Test
    void isAnEmptyAnswerThatEndsItsTurnByDefault() {
        CompletionResponse answer = CompletionResponse.builder().build();

        assertThat(answer.model()).isEmpty();
        assertThat(answer.content()).isEmpty();
        assertThat(answer.reasoning()).isEmpty();
        assertThat(answer.toolCalls()).isEmpty();
        assertThat(answer.stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(answer.usage()).isEmpty();
        assertThat(answer.serverInfo()).isEmpty();
        assertThat(answer.message()).isEqualTo(new Message(Role.ASSISTANT, List.of()));
    }

    @Test
    void hasNoPartsWhenItsTextIsEmpty() {
        assertThat(CompletionResponse.builder().content("").build().message().parts())
                .isEmpty();
    }

    @Test
    void keepsAllPartsInItsMessage() {
        List<Content> parts = List.of(Content.Reasoning.of("hm"), Content.text("a"), CALL, Content.text("b"));
        CompletionResponse answer = CompletionResponse.builder().content(parts).build();

        assertThat(answer.content()).isEqualTo("ab");
        assertThat(answer.reasoning()).isEqualTo("hm");
        assertThat(answer.toolCalls()).containsExactly(CALL);
        assertThat(answer.message()).isEqualTo(new Message(Role.ASSISTANT, parts));
    }

    @Test
    void isNotChangedByTheCallersCollections() {
        List<Content> parts = new ArrayList<>(List.of(CALL));
        Map<String, Object> limits = new HashMap<>(Map.of("remaining", 1));
        Map<String, Object> serverInfo = new HashMap<>(Map.of(CompletionResponse.RATE_LIMITS, limits));
        CompletionResponse answer = CompletionResponse.builder()
                .content(parts)
                .serverInfo(serverInfo)
                .build();
        parts.clear();
        limits.clear();
        serverInfo.clear();

        assertThat(answer.toolCalls()).containsExactly(CALL);
        assertThat(answer.serverInfo()).isEqualTo(Map.of("rate_limits", Map.of("remaining", 1)));
        assertThatThrownBy(() -> answer.serverInfo().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesServerInfoThatIsNotJson() {
        CompletionResponse.Builder builder = CompletionResponse.builder().serverInfo(Map.of("a", new Object()));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(builder::build)
                .withMessageStartingWith("server_info.a: java.lang.Object is not a JSON value");
    }

    @Test
    void equalsAnAnswerWithTheSameValues() {
        CompletionResponse answer = full().build();

        assertThat(answer).isEqualTo(full().build()).hasSameHashCodeAs(full().build());
        assertThat(answer).isNotEqualTo(full().model("other").build());
        assertThat(answer).isNotEqualTo(full().content("other").build());
        assertThat(answer).isNotEqualTo(full().stopReason(StopReason.OTHER).build());
        assertThat(answer).isNotEqualTo(full().usage(null).build());
        assertThat(answer).isNotEqualTo(full().serverInfo(Map.of()).build());
        assertThat(answer).isNotEqualTo("answer");
    }

    @Test
    void showsItsValues() {
        assertThat(CompletionResponse.builder().model("m").content("a").build())
                .hasToString("CompletionResponse[model=m, content=[Text[text=a]], stopReason=END_TURN,"
                        + " usage=unknown, serverInfo={}]");
    }

    private static CompletionResponse.Builder full() {
        return CompletionResponse.builder()
                .model("m")
                .content("a")
                .stopReason(StopReason.MAX_TOKENS)
                .usage(Usage.of(1, 2))
                .serverInfo(Map.of(CompletionResponse.FINISH_REASON, "length"));
    }
}
