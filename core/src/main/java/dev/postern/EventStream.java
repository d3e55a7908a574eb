package dev.postern;

import dev.postern.flow.Dispatcher;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a plain loop that blocks. Close it, best with try-with-resources: that ends the exchange if the loop was
 * left early. It is iterated once, by one thread; closing is allowed from any.
 *
 * <p>The loop throws the {@link LlmException} with which the stream failed. Interrupting the thread that waits cancels
 * the stream: {@link LlmException.Kind#CANCELLED}, and the interrupt stays set. After {@link #close} the loop ends.
 *
 * <p>A few events are fetched ahead ({@value #AHEAD}); beyond that, a loop that takes its time holds back the server.
 */
public final class EventStream implements Iterable<StreamEvent>, AutoCloseable {
    private static final int AHEAD = 32;

    /** Events, and at last an {@link End}. Never holds more than {@link #AHEAD} events, as no more are asked for. */
    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();

    private final Intake intake = new Intake();
    private final Loop loop = new Loop();

    /** How the stream ended; the failure is null after a good end. */
    private record End(@Nullable Throwable failure) {}

    private EventStream() {}

    /** Subscribes to the stream, which sends the request. */
    public static EventStream of(Flow.Publisher<StreamEvent> stream) {
        EventStream events = new EventStream();
        stream.subscribe(events.intake);
        return events;
    }

    /** The events. A stream can be read once, so this is the same iterator each time. */
    @Override
    public Iterator<StreamEvent> iterator() {
        return loop;
    }

    /** Cancels the stream if it has not ended. */
    @Override
    public void close() {
        intake.cancel();
        queue.add(new End(null));
    }

    /** The subscriber's other end: takes events out and asks for more. */
    private final class Loop implements Iterator<StreamEvent> {
        private @Nullable StreamEvent next;
        private int taken; // since demand was last renewed
        private boolean ended;

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                Dispatcher.requireBlocking("A loop over an EventStream");
                Object item = take();
                if (intake.cancelled) {
                    ended = true; // closed: what was fetched ahead is dropped
                } else if (item instanceof StreamEvent event) {
                    next = event;
                    renewDemand();
                } else {
                    ended = true;
                    Throwable failure = ((End) item).failure();
                    if (failure != null) {
                        throw Waiting.thrown(failure);
                    }
                }
            }
            return next != null;
        }

        @Override
        public StreamEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the stream has ended");
            }
            StreamEvent event = Objects.requireNonNull(next);
            next = null;
            return event;
        }

        private Object take() {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                intake.cancel();
                ended = true;
                Thread.currentThread().interrupt();
                throw new LlmException(
                        LlmException.Kind.CANCELLED, "The thread was interrupted while it waited for the stream.", e);
            }
        }

        /** By halves, so that the producer seldom has to wait and is seldom called. */
        private void renewDemand() {
            if (++taken == AHEAD / 2) {
                taken = 0;
                intake.request(AHEAD / 2);
            }
        }
    }

    /** The subscriber. */
    private final class Intake implements NonBlockingSubscriber<StreamEvent> {
        private volatile Flow.@Nullable Subscription subscription;
        private volatile boolean cancelled;

        void request(long n) {
            Flow.Subscription upstream = subscription;
            if (upstream != null) {
                upstream.request(n);
            }
        }

        void cancel() {
            cancelled = true;
            Flow.Subscription upstream = subscription;
            if (upstream != null) {
                upstream.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription upstream) {
            if (subscription != null) {
                upstream.cancel(); // §2.5
                return;
            }
            subscription = upstream;
            if (cancelled) {
                upstream.cancel();
            } else {
                upstream.request(AHEAD);
            }
        }

        @Override
        public void onNext(StreamEvent event) {
            queue.add(event);
        }

        @Override
        public void onError(Throwable thrown) {
            queue.add(new End(Objects.requireNonNull(thrown, "thrown")));
        }

        @Override
        public void onComplete() {
            queue.add(new End(null));
        }
    }
}
