package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallScope;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport is closed while an interceptor of an attempt waits, for an hour if nothing ends it. */
@Timeout(60)
class CloseWhileWaitingTest {
    private final ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
            .chunk("one\n")
            .chunk("DONE\n")
            .lastChunk());
    private final HttpTransport transport = HttpTransport.builder().build();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    /** An interceptor whose waits have no limit to speak of. */
    private record Patient(Function<Interceptor.Invocation, Decision> decides) implements Interceptor {
        @Override
        public Decision begin(Invocation call) {
            return decides.apply(call);
        }

        @Override
        public Duration waitLimit() {
            return Duration.ofHours(1);
        }
    }

    private EventFilter filter(boolean waits, CompletableFuture<?> stage) {
        return new EventFilter() {
            @Override
            public void onEvent(StreamEvent event, Output out) {
                if (waits) {
                    out.await(stage, value -> out.emit(event));
                    asked.countDown();
                } else {
                    out.emit(event);
                }
            }

            @Override
            public void onClose(Outcome outcome, @Nullable LlmException failure) {
                closed.add(outcome + " " + (failure == null ? "" : failure.kind()));
            }
        };
    }

    private Recorder<StreamEvent> stream(Interceptor... attemptInterceptors) {
        Instrumentation.Builder with = Instrumentation.builder();
        for (Interceptor each : attemptInterceptors) {
            with.attemptInterceptor(each);
        }
        return Recorder.of(CallScope.stream(
                with.build(),
                "lines",
                true,
                CompletionRequest.of("Hello"),
                request -> transport.stream(new ModelLineCall(server.uri(), request))));
    }

    private void closesAndFails(Recorder<StreamEvent> stream) throws Exception {
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(closed).isEmpty();

        transport.close();

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure).hasMessageContaining("closed while the call was running");
    }

    @Test
    void theWaitForADecisionEnds() throws Exception {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        Recorder<StreamEvent> stream = stream(new Patient(call -> {
            asked.countDown();
            return Decision.later(decision);
        }));

        closesAndFails(stream);

        assertThat(decision).isNotDone(); // it may have reserved something
        decision.complete(Decision.proceed(filter(false, new CompletableFuture<>())));
        assertThat(closed).containsExactly("CANCELLED ");
        assertThat(server.requests()).isEmpty();
    }

    /** The outer one has decided and does not wait; the inner one does. */
    @Test
    void theWaitOfAnInnerInterceptorEnds() throws Exception {
        Recorder<StreamEvent> stream = stream(
                new Patient(call -> Decision.proceed(filter(false, new CompletableFuture<>()))), new Patient(call -> {
                    asked.countDown();
                    return Decision.later(new CompletableFuture<>());
                }));

        closesAndFails(stream);

        assertThat(closed).containsExactly("FAILED CANCELLED");
    }

    @Test
    void theWaitOfAFilterEnds() throws Exception {
        CompletableFuture<Void> never = new CompletableFuture<>();
        Recorder<StreamEvent> stream = stream(new Patient(call -> Decision.proceed(filter(true, never))));

        closesAndFails(stream);

        assertThat(never).isCancelled();
        assertThat(closed).containsExactly("FAILED CANCELLED");
        assertThat(stream.items()).isEmpty();
    }

    /** The interceptor is asked once more, after the transport was closed by the one before. */
    @Test
    void anInterceptorThatIsAskedAfterTheCloseDoesNotWait() throws Exception {
        Recorder<StreamEvent> stream = stream(
                new Patient(call -> {
                    transport.close();
                    return Decision.proceed();
                }),
                new Patient(call -> {
                    asked.countDown();
                    return Decision.later(new CompletableFuture<>());
                }));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(asked.getCount()).isEqualTo(1); // it is not even asked
    }
}
