package dev.postern;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** The rules of Reactive Streams, for the subscriber inside {@link EventStream}. */
public class EventStreamTckTest extends FlowSubscriberBlackboxVerification<StreamEvent> {

    public EventStreamTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    @Override
    public Flow.Subscriber<StreamEvent> createFlowSubscriber() {
        Captured captured = new Captured();
        EventStream.of(captured);
        return captured.subscriber();
    }

    @Override
    public StreamEvent createElement(int element) {
        return new StreamEvent.ContentDelta(String.valueOf(element));
    }
}
