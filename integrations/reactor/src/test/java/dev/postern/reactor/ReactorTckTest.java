package dev.postern.reactor;

import dev.postern.CompletionRequest;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.testkit.FakeLlm;
import java.util.Collections;
import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, for a stream as a Flux. */
@Test(groups = "full")
public class ReactorTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    public ReactorTckTest() {
        super(new TestEnvironment(1000, 50), 500);
    }

    private static Flow.Publisher<StreamEvent> stream(FakeLlm llm) {
        return FlowAdapters.toFlowPublisher(ReactorLlm.of(llm).stream(REQUEST));
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        return stream(FakeLlm.named("tck")
                .thenEvents(Collections.nCopies((int) elements, new ContentDelta("a"))
                        .toArray(StreamEvent[]::new))
                .repeatLast());
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return stream(FakeLlm.failing(Kind.SERVER));
    }

    /** The answer stands in memory as a whole. */
    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
