package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** Runs the Reactive Streams TCK on {@link Gateway#stream} after a switch, with limits and a total timeout. */
@Test(groups = "full")
public class GatewayTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");
    private static final LlmException DOWN = new LlmException(Kind.SERVER, "It is down.");

    public GatewayTckTest() {
        super(new TestEnvironment(1000, 50), 500);
    }

    private record Fixed(String name, CompletableFuture<CompletionResponse> answer) implements LlmProvider {
        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return answer.copy();
        }
    }

    private static Gateway gateway(CompletableFuture<CompletionResponse> answer) {
        return Gateway.builder()
                .backend("down", new Fixed("down", CompletableFuture.failedFuture(DOWN)))
                .backend(
                        "up",
                        new Fixed("up", answer),
                        BackendPolicy.builder().maxConcurrent(1000).build())
                .fallbacks("down", List.of("up"))
                .totalTimeout(Duration.ofMinutes(1))
                .build();
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return gateway(CompletableFuture.completedFuture(CompletionResponse.builder()
                        .content(Collections.nCopies(
                                Math.max(0, (int) elements - 1), Content.text("a"))) // plus a message stop
                        .build()))
                .stream(REQUEST);
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return gateway(CompletableFuture.failedFuture(DOWN)).stream(REQUEST);
    }

    @Test
    @Override
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a stream has at least its message stop");
    }

    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
