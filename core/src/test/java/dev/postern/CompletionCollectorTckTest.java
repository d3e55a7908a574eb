package dev.postern;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** The rules of Reactive Streams, for the subscriber inside {@link CompletionCollector#collect}. */
public class CompletionCollectorTckTest extends FlowSubscriberBlackboxVerification<StreamEvent> {

    public CompletionCollectorTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    @Override
    public Flow.Subscriber<StreamEvent> createFlowSubscriber() {
        Captured captured = new Captured();
        CompletionCollector.collect(captured);
        return captured.subscriber();
    }

    @Override
    public StreamEvent createElement(int element) {
        return new StreamEvent.ContentDelta(String.valueOf(element));
    }
}
