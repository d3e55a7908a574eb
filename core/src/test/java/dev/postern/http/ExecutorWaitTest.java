package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.testkit.ScriptedServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The only thread of the user's executor may wait for a call: nothing that ends the call needs the executor. */
@Timeout(120)
class ExecutorWaitTest {
    private final ExecutorService one = Executors.newSingleThreadExecutor(work -> new Thread(work, "of the user"));
    private final HttpTransport transport =
            HttpTransport.builder().executor(one).random(() -> 0).build();

    @AfterEach
    void close() {
        transport.close();
        one.shutdownNow();
    }

    private <T> T onTheExecutor(Callable<T> call) throws Exception {
        return one.submit(call).get(30, TimeUnit.SECONDS);
    }

    private LlmException failureOnTheExecutor(Callable<?> call) throws Exception {
        return onTheExecutor(() -> catchThrowableOfType(LlmException.class, call::call));
    }

    /** A provider over the transport. Its list has one model per item. */
    private LlmProvider provider(LineCall lines) {
        return new LlmProvider() {
            @Override
            public String name() {
                return "lines";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return CompletionCollector.collect(stream(request));
            }

            @Override
            public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
                return transport.stream(new Events(lines));
            }

            /** Two calls, as for a list with pages. */
            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                return transport
                        .send(lines)
                        .thenCompose(first -> transport.send(lines))
                        .thenApply(item -> List.of(new ModelInfo(item, "lines", List.of())));
            }
        };
    }

    private static LineCall lines(URI uri, boolean mayBlock) {
        return new LineCall(uri) {
            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
    }

    /** The same call, but its answer would be events. */
    private record Events(LineCall lines) implements Operation<StreamEvent> {
        @Override
        public boolean mayBlock() {
            return lines.mayBlock();
        }

        @Override
        public HttpCall call() {
            return lines.call();
        }

        @Override
        public Decoder<StreamEvent> decoder(HttpReply head) {
            throw new AssertionError("the server has no answer");
        }

        @Override
        public LlmException error(HttpReply reply) {
            return lines.error(reply);
        }

        @Override
        public Timeouts timeouts() {
            return lines.timeouts();
        }
    }

    private static ScriptedServer refusing() {
        return new ScriptedServer(
                exchange -> exchange.beginChunked(400, "text/plain").chunk("no").lastChunk());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerArrives(boolean mayBlock) throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange ->
                exchange.beginChunked(200, "text/plain").chunk("DONE\n").lastChunk())) {
            LlmProvider provider = provider(lines(server.uri(), mayBlock));

            assertThat(onTheExecutor(provider::listModels)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerArrivesAfterARetry(boolean mayBlock) throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            if (count.getAndIncrement() == 0) {
                exchange.beginChunked(500, "text/plain").chunk("no").lastChunk();
            } else {
                exchange.beginChunked(200, "text/plain").chunk("DONE\n").lastChunk();
            }
        })) {
            LlmProvider provider = provider(lines(server.uri(), mayBlock));

            assertThat(onTheExecutor(provider::listModels)).hasSize(1);
            assertThat(count).hasValue(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFailureOfAWholeAnswerArrives(boolean mayBlock) throws Exception {
        try (ScriptedServer server = refusing()) {
            LlmProvider provider = provider(lines(server.uri(), mayBlock));
            LlmException failure = failureOnTheExecutor(() -> provider.completions(CompletionRequest.of("Hello")));

            assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFailureOfAnEventStreamArrives(boolean mayBlock) throws Exception {
        try (ScriptedServer server = refusing()) {
            LlmProvider provider = provider(lines(server.uri(), mayBlock));
            LlmException failure = failureOnTheExecutor(() -> {
                try (EventStream stream = EventStream.of(provider.stream(CompletionRequest.of("Hello")))) {
                    return stream.text();
                }
            });

            assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTotalTimeoutEndsTheWait(boolean mayBlock) throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.hold())) {
            LineCall call = lines(server.uri(), mayBlock).timeouts(LineCall.PATIENT.withTotal(Duration.ofMillis(200)));
            LlmException failure = failureOnTheExecutor(provider(call)::listModels);

            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        }
    }
}
