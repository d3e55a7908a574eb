package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.testkit.StreamProbe;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What a chat model throws, as a failure of Postern. */
class ChatModelFailureTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    /** Named as the one of openai-java. */
    private static final class RateLimitException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Named as the one of spring-ai-retry. */
    private static final class TransientAiException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Fails each call with this. */
    private record Broken(Throwable thrown) implements ChatModel {
        @Override
        public ChatResponse call(Prompt prompt) {
            throw thrown instanceof RuntimeException known ? known : new RuntimeException(thrown);
        }

        @Override
        public Flux<ChatResponse> stream(Prompt prompt) {
            return Flux.error(thrown);
        }
    }

    private static LlmException of(Throwable thrown) {
        LlmProvider llm = ChatModelProvider.of("spring", new Broken(thrown));
        LlmException whole = (LlmException) catchThrowable(() -> llm.completions(HELLO));
        LlmException streamed = StreamProbe.of(llm.stream(HELLO)).expectFailure(whole.kind());

        assertThat(streamed).hasMessage(whole.getMessage());
        return streamed;
    }

    private static Kind status(String message) {
        LlmException failure = of(new IllegalStateException(message));
        assertThat(failure.status()).isPresent();
        return failure.kind();
    }

    @Test
    void theStatusInTheMessageIsTheKind() {
        assertThat(status("401 Unauthorized: [no body]")).isEqualTo(Kind.AUTHENTICATION);
        assertThat(status("402: pay")).isEqualTo(Kind.QUOTA);
        assertThat(status("403: no")).isEqualTo(Kind.PERMISSION);
        assertThat(status("404 Not Found: \"no such model\"")).isEqualTo(Kind.NOT_FOUND);
        assertThat(status("429: slow down")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(status("HTTP 400 - {\"error\":\"bad\"}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(status("500 Internal Server Error")).isEqualTo(Kind.SERVER);
        assertThat(status("503: busy")).isEqualTo(Kind.OVERLOADED);
        assertThat(status("504 Gateway Timeout")).isEqualTo(Kind.SERVER);
        assertThat(status("500")).isEqualTo(Kind.SERVER);
        assertThat(of(new IllegalStateException("500 tokens are too many")).status())
                .isEmpty();
        assertThat(of(new IllegalStateException("404, as one says")).status()).isEmpty();
    }

    @Test
    void theClassIsTheKindOtherwise() {
        assertThat(of(new RateLimitException()).kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(of(new TransientAiException()).kind()).isEqualTo(Kind.SERVER);
        assertThat(of(new TransientAiException()).retryable()).isTrue();
        assertThat(of(new TimeoutException()).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(of(new IllegalStateException(new ConnectException("refused")))
                        .kind())
                .isEqualTo(Kind.CONNECTION);
        assertThat(of(new IllegalArgumentException("no model")).kind()).isEqualTo(Kind.INVALID_REQUEST);
    }

    @Test
    void whatIsUnknownIsNotRetried() {
        LlmException failure = of(new IllegalStateException("odd sk-secret"));

        assertThat(failure.kind()).isEqualTo(Kind.SERVER);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.backend()).isEqualTo("spring");
        assertThat(failure)
                .hasMessageContaining("spring")
                .hasMessageNotContaining("sk-secret")
                .hasRootCauseMessage("odd sk-secret");
    }

    @Test
    void aFailureOfPosternStaysTheSame() {
        LlmException inner = new LlmException(Kind.CONTEXT_LENGTH, "too long");

        assertThat(of(new IllegalStateException(inner)).kind()).isEqualTo(Kind.CONTEXT_LENGTH);
    }

    @Test
    void aCircleOfCausesEnds() {
        IOException one = new IOException("one");
        IOException other = new IOException("other", one);
        one.initCause(other);

        assertThat(of(one).kind()).isEqualTo(Kind.CONNECTION);
    }

    @Test
    void aSchedulerThatTakesNothingIsOverloaded() {
        Scheduler closed = Schedulers.newSingle("closed");
        closed.dispose();
        LlmProvider llm = ChatModelProvider.builder("spring", new FakeChatModel(FakeChatModel.text("Hi")))
                .scheduler(closed)
                .build();

        assertThat(catchThrowable(() -> llm.completions(HELLO)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OVERLOADED));
    }

    /** An error such as a missing class must not leave the caller waiting. */
    @Test
    void anErrorEndsTheCall() {
        ChatModel broken = prompt -> {
            throw new NoClassDefFoundError("com/example/Missing");
        };
        LlmProvider llm = ChatModelProvider.of("spring", broken);

        assertThat(catchThrowable(() -> llm.completions(HELLO)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SERVER));
    }
}
