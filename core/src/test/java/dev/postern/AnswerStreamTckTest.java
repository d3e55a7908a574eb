package dev.postern;

import java.util.Collections;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, for the stream of a provider that has none of its own. */
public class AnswerStreamTckTest extends FlowPublisherVerification<StreamEvent> {
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hi");

    public AnswerStreamTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        CompletionResponse answer = CompletionResponse.builder()
                .content(Collections.nCopies(Math.max(0, (int) elements - 1), Content.text("a"))) // and a message stop
                .build();
        return TestProvider.answering(answer).stream(REQUEST);
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return TestProvider.failing(new LlmException(LlmException.Kind.SERVER, "It failed.")).stream(REQUEST);
    }

    @Test
    @Override
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a stream has at least its message stop");
    }

    /** The answer stands in memory as a whole. */
    @Override
    public long maxElementsFromPublisher() {
        return 10_000;
    }
}
