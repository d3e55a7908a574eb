package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ThrowingSubscriber;
import dev.postern.testkit.project.ThrowingSubscriber.Signal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The stream of a provider that has none of its own: whatever its subscriber throws, it has one end. */
@Timeout(60)
class ThrowingSubscriberTest {
    @RegisterExtension
    static final QuietLog QUIET = QuietLog.of("dev.postern.flow");

    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");
    private static final CompletionResponse ANSWER =
            CompletionResponse.builder().content(List.of(Content.text("a"))).build();

    static Stream<Arguments> faults() {
        List<Throwable> thrown =
                List.of(new IllegalStateException("mine"), new AssertionError("mine"), new StackOverflowError());
        return Stream.of(Signal.values()).flatMap(signal -> thrown.stream().map(t -> Arguments.of(signal, t)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theAnswerThatIsThere(Signal where, Throwable thrown) {
        TestProvider provider = where == Signal.ERROR
                ? TestProvider.failing(new LlmException(LlmException.Kind.SERVER, "failed"))
                : TestProvider.answering(ANSWER);
        ThrowingSubscriber<StreamEvent> subscriber = new ThrowingSubscriber<>(where, thrown);

        provider.stream(REQUEST).subscribe(subscriber);

        assertEnd(subscriber, where, thrown);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theAnswerThatComesLater(Signal where, Throwable thrown) {
        CompletableFuture<CompletionResponse> later = new CompletableFuture<>();
        ThrowingSubscriber<StreamEvent> subscriber = new ThrowingSubscriber<>(where, thrown);
        TestProvider.of(request -> later).stream(REQUEST).subscribe(subscriber);

        if (where == Signal.ERROR) {
            later.completeExceptionally(new LlmException(LlmException.Kind.SERVER, "failed"));
        } else {
            later.complete(ANSWER);
        }

        assertEnd(subscriber, where, thrown);
    }

    private static void assertEnd(ThrowingSubscriber<?> subscriber, Signal where, Throwable thrown) {
        assertThat(subscriber.awaitEnds()).containsExactly(where == Signal.COMPLETE ? "complete" : "error");
        if (where == Signal.SUBSCRIBE || where == Signal.NEXT) {
            assertThat(subscriber.failures()).containsExactly(thrown);
        }
        assertThat(subscriber.items()).isEqualTo(where == Signal.NEXT ? 1 : where == Signal.COMPLETE ? 2 : 0);
    }
}
