package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Providers and subscribers that break their contract: the call fails and all its resources are released. */
@Timeout(60)
class ContractViolationTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");

    private Gateway gateway(LlmProvider backend) {
        return Gateway.builder()
                .backend(
                        "main",
                        backend,
                        BackendPolicy.builder().maxConcurrent(1).build())
                .totalTimeout(Duration.ofSeconds(5))
                .timer(clock)
                .build();
    }

    private static Recorder<StreamEvent> throwing(Flow.Publisher<StreamEvent> publisher) {
        return Recorder.<StreamEvent>unbounded()
                .onEach(event -> {
                    throw new IllegalStateException("mine");
                })
                .on(publisher);
    }

    @Test
    void aProviderWithAMissingClassFailsAndReleasesItsPermit() {
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
    void aThrowingSubscriberGetsItsExceptionAndReleasesItsPermit() {
        Gateway gateway = gateway(main);
        Recorder<StreamEvent> stream = throwing(gateway.stream(HELLO));

        main.only().says("one");

        assertThat(stream.awaitFailure(IllegalStateException.class)).hasMessage("mine");
        assertThat(main.only().isCancelled()).isTrue();
        assertThat(clock.pending()).isZero();
        Recorder.of(gateway.stream(HELLO));
        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aSubscriberThatThrowsInOnSubscribeGetsItsException() {
        Gateway gateway = gateway(main);
        List<Throwable> reported = new ArrayList<>();
        gateway.stream(HELLO).subscribe(new Flow.Subscriber<StreamEvent>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                throw new AssertionError("mine");
            }

            @Override
            public void onNext(StreamEvent event) {}

            @Override
            public void onError(Throwable thrown) {
                reported.add(thrown);
            }

            @Override
            public void onComplete() {}
        });
        assertThat(reported).singleElement().isInstanceOf(AssertionError.class);
        assertThat(main.count()).isZero();

        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        assertThat(main.isClosed()).isTrue();
    }

    @Test
    void anErrorOfTheVirtualMachineDoesNotCountAgainstTheBackend() {
        ScriptedBackend other = new ScriptedBackend("other");
        Gateway gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(1, Duration.ofMinutes(1))
                                .build())
                .backend("other", other)
                .fallbacks("main", List.of("other"))
                .timer(clock)
                .build();
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");

        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(HELLO));
        main.only().fails(error);

        assertThat(stream.awaitFailure()).isSameAs(error);
        assertThat(other.count()).isZero();
        Recorder.of(gateway.stream(HELLO));
        assertThat(main.count()).as("it does not cool down").isEqualTo(2);
    }
}
