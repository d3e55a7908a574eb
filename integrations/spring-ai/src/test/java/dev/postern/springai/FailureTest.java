package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;

/** What callers of the model get when a call fails. */
class FailureTest {
    private static final Prompt PROMPT = new Prompt("Hello");

    /** An exception of an application. */
    private static final class Translated extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Translated(LlmException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static Kind kind(Throwable thrown) {
        assertThat(thrown).isInstanceOf(LlmException.class);
        return ((LlmException) thrown).kind();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFailureKeepsItsKind(Kind kind) {
        PosternChatModel model = Models.over(FakeLlm.failing(kind).repeatLast());

        assertThat(kind(catchThrowable(() -> model.call(PROMPT)))).isEqualTo(kind);
        assertThat(kind(catchThrowable(() -> model.stream(PROMPT).blockLast()))).isEqualTo(kind);
        assertThat(kind(catchThrowable(
                        () -> ChatClient.create(model).prompt("Hello").call().content())))
                .isEqualTo(kind);
    }

    @Test
    void theServersAnswerIsInIt() {
        try (WireServer server = WireServer.openai()
                        .error(429, "Slow down.", "Retry-After: 7")
                        .repeatLast();
                LlmProvider llm = Models.provider(server)) {
            Throwable failure = catchThrowable(() -> Models.over(llm).call(PROMPT));

            assertThat(failure).isInstanceOfSatisfying(LlmException.class, e -> {
                assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
                assertThat(e.status()).hasValue(429);
                assertThat(e.retryAfter())
                        .hasValueSatisfying(wait -> assertThat(wait).hasSeconds(7));
                assertThat(e.toString()).doesNotContain("sk-secret");
            });
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void anApplicationMayTranslateFailures() {
        PosternChatModel model = PosternChatModel.builder(
                        FakeLlm.failing(Kind.OVERLOADED).repeatLast())
                .failures(Translated::new)
                .build();

        for (Throwable failure : new Throwable[] {
            catchThrowable(() -> model.call(PROMPT)),
            catchThrowable(() -> model.stream(PROMPT).blockLast())
        }) {
            assertThat(failure).isInstanceOf(Translated.class);
            assertThat(kind(failure.getCause())).isEqualTo(Kind.OVERLOADED);
        }
    }
}
