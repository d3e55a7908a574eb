package dev.postern.testkit;

import dev.postern.CompletionRequest;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import java.util.Collections;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, for the stream of a {@link FakeLlm}. */
@Test(groups = "full")
public class FakeLlmTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    public FakeLlmTckTest() {
        super(new TestEnvironment(1000, 50), 500);
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return FakeLlm.named("tck")
                .thenEvents(Collections.nCopies((int) elements, new ContentDelta("a"))
                        .toArray(StreamEvent[]::new))
                .repeatLast()
                .stream(REQUEST);
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return FakeLlm.failing(Kind.SERVER).stream(REQUEST);
    }

    /** The answer stands in memory as a whole. */
    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
