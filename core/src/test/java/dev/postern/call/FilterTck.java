package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a stream behind interceptors. */
abstract class FilterTck extends FlowPublisherVerification<StreamEvent> {
    FilterTck() {
        super(new TestEnvironment(1000, 50));
    }

    abstract Instrumentation with();

    /** The events that go in, so that this number comes out. */
    List<StreamEvent> source(long elements) {
        return Events.count(elements);
    }

    /** What is asked. */
    CompletionRequest request() {
        return Events.HELLO;
    }

    @Override
    public Flow.Publisher<StreamEvent> createFlowPublisher(long elements) {
        List<StreamEvent> in = source(elements);
        return with().around(Events.provider(request -> Events.stream(in))).stream(request());
    }

    @Override
    public Flow.Publisher<StreamEvent> createFailedFlowPublisher() {
        return with()
                .around(Events.provider(
                        request -> Events.failing(new LlmException(LlmException.Kind.SERVER, "It failed."))))
                .stream(request());
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

    /** Holds everything back until the end. */
    static final class Late implements EventFilter {
        private final List<StreamEvent> held = new ArrayList<>();

        @Override
        public void onEvent(StreamEvent event, Output out) {
            held.add(event);
        }

        @Override
        public void onEnd(@Nullable LlmException failure, Output out) {
            held.forEach(out::emit);
        }
    }

    /** Drops every second text, of a source with twice as many. */
    static final class Halved implements EventFilter {
        private boolean drop;

        @Override
        public void onEvent(StreamEvent event, Output out) {
            if (event instanceof StreamEvent.MessageStop || !drop) {
                out.emit(event);
            }
            drop = !drop;
        }
    }
}
