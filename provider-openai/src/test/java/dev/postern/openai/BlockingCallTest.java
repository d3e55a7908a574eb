package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.flow.SharedHttpClient;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer;
import java.net.CookieHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A blocking call ends at its total timeout and at an interrupt, in every phase. */
@Timeout(60)
class BlockingCallTest {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final SharedHttpClient shared =
            new SharedHttpClient(Timeouts.defaults().connect());
    private final ScriptedServer server = new ScriptedServer(exchange -> {
        reached.countDown();
        exchange.hold();
    });

    @AfterEach
    void close() {
        release.countDown();
        server.close();
        shared.close();
    }

    /** The phase in which the call blocks. */
    private enum Phase {
        /** The supplier of the key blocks. */
        KEY,
        /** The HTTP client blocks before it sends, for example while it looks up the host's name. */
        BEGINNING,
        /** The same with a client whose executor runs every task on the calling thread. */
        BEGINNING_WITH_A_DIRECT_EXECUTOR,
        /** The server sends no status line. */
        ANSWER
    }

    private void block() {
        reached.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError("the thread of the caller was blocked", e);
        }
    }

    private LlmProvider provider(Phase phase, Duration total) {
        OpenAiProviderBuilder builder = OpenAiProvider.builder()
                .baseUrl(server.uri().toString())
                .timeouts(Timeouts.defaults().withTotal(total));
        return switch (phase) {
            case KEY ->
                builder.apiKey(() -> {
                            block();
                            return "key";
                        })
                        .build();
            case BEGINNING ->
                builder.transport(over(shared.get().executor().orElseThrow())).build();
            case BEGINNING_WITH_A_DIRECT_EXECUTOR ->
                builder.transport(over(Runnable::run)).build();
            case ANSWER -> builder.build();
        };
    }

    /** A client that blocks at the point at which it would look up the host's name. */
    private HttpTransport over(Executor executor) {
        HttpClient client = HttpClient.newBuilder()
                .executor(executor)
                .cookieHandler(new CookieHandler() {
                    @Override
                    public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
                        block();
                        return Map.of();
                    }

                    @Override
                    public void put(URI uri, Map<String, List<String>> headers) {}
                })
                .build();
        return HttpTransport.builder()
                .httpClient(client)
                .retries(RetryPolicy.none())
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void endsAtItsTotalTimeout(Phase phase) {
        LlmProvider llm = provider(phase, Duration.ofMillis(500));

        LlmException failure = catchThrowableOfType(LlmException.class, () -> llm.completions(REQUEST));

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("total timeout of 500 ms");
        release.countDown();
        llm.close();
    }

    static List<Consumer<LlmProvider>> blockingForms() {
        return List.of(
                llm -> llm.completions(REQUEST),
                llm -> EventStream.of(llm.stream(REQUEST)).iterator().hasNext(),
                LlmProvider::listModels,
                LlmProvider::health);
    }

    @ParameterizedTest
    @EnumSource
    void endsAtAnInterrupt(Phase phase) throws InterruptedException {
        LlmProvider llm = provider(phase, Duration.ZERO);

        assertEndsAtAnInterrupt(llm, it -> it.completions(REQUEST));
    }

    @ParameterizedTest
    @MethodSource("blockingForms")
    void everyBlockingFormEndsAtAnInterrupt(Consumer<LlmProvider> form) throws InterruptedException {
        assertEndsAtAnInterrupt(provider(Phase.ANSWER, Duration.ZERO), form);
        server.exchange(0).awaitPeerClosed();
    }

    private void assertEndsAtAnInterrupt(LlmProvider llm, Consumer<LlmProvider> form) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch stillSet = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            try {
                form.accept(llm);
            } catch (Throwable e) {
                thrown.set(e);
            }
            if (Thread.currentThread().isInterrupted()) {
                stillSet.countDown();
            }
        });
        caller.start();
        reached.await();

        caller.interrupt();
        caller.join(30_000);

        assertThat(caller.isAlive()).isFalse();
        assertThat(stillSet.getCount()).as("the interrupt is still set").isZero();
        if (thrown.get() != null) { // health does not throw
            assertThat(thrown.get())
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        }
        release.countDown();
    }
}
