package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.testkit.ManualTimer;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Providers and subscribers that do what they must not: their call ends badly, and leaves nothing behind. */
@Timeout(60)
class DisorderTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");

    private Gateway gateway(LlmProvider backend) {
        return Gateway.builder()
                .backend("main", backend, BackendPolicy.defaults().withMaxConcurrent(1))
                .totalTimeout(Duration.ofSeconds(5))
                .timer(clock)
                .build();
    }

    private static Recorder<StreamEvent> throwing(Flow.Publisher<StreamEvent> publisher) {
        return Recorder.<StreamEvent>unbounded()
                .eachTime(event -> {
                    throw new IllegalStateException("mine");
                })
                .on(publisher);
    }

    @Test
    void aProviderOfWhichAClassIsMissingFailsAndGivesItsPlaceBack() {
        Gateway gateway = gateway(new LlmProvider() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                throw new NoClassDefFoundError("com/example/Sdk");
            }

            @Override
            public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
                throw new NoClassDefFoundError("com/example/Sdk");
            }
        });

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> gateway.completions(HELLO)).hasMessageContaining("NoClassDefFoundError");
            assertThat(Recorder.of(gateway.stream(HELLO)).awaitFailure(LlmException.class))
                    .hasMessageContaining("NoClassDefFoundError");
        }
        assertThat(clock.pending()).isZero();
    }

    @Test
    void theTimeoutEndsACallWhoseSubscriberThrew() {
        Gateway gateway = gateway(main);
        Recorder<StreamEvent> stream = throwing(gateway.stream(HELLO));
        assertThatThrownBy(() -> main.only().says("one")).hasMessage("mine");

        clock.advance(Duration.ofSeconds(5));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        Recorder.of(gateway.stream(HELLO));
        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aSubscriberThatThrowsAtTheBeginningIsAsGoodAsGone() {
        Gateway gateway = gateway(main);
        assertThatThrownBy(() -> gateway.stream(HELLO).subscribe(new Flow.Subscriber<StreamEvent>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        throw new IllegalStateException("mine");
                    }

                    @Override
                    public void onNext(StreamEvent event) {}

                    @Override
                    public void onError(Throwable thrown) {}

                    @Override
                    public void onComplete() {}
                }))
                .hasMessage("mine");

        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        assertThat(main.isClosed()).isTrue();
    }
}
