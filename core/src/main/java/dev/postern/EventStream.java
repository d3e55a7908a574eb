package dev.postern;

import dev.postern.flow.Dispatcher;
import dev.postern.flow.WaitingCaller;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a loop that blocks, or as the answer that it adds up to.
 *
 * <pre>{@code
 * try (EventStream events = EventStream.of(llm.stream(request))) {
 *     for (StreamEvent event : events) { … }     // as the events arrive
 *     CompletionResponse answer = events.response(); // all of it
 * }
 * }</pre>
 *
 * <p>Close the stream, best with try-with-resources: this ends the exchange if the stream was not read to its end. One thread
 * reads it, and each event is given out once; any thread may close it.
 *
 * <p>If the stream fails, a loop throws its {@link LlmException} once, and {@link #response()} and {@link #text()} throw it on each
 * call. If a loop has thrown it already, they return what came before it. Interrupting the reading thread cancels the
 * stream: {@link LlmException.Kind#CANCELLED}, and the interrupt flag stays set. After {@link #close} the loop ends.
 *
 * <p>At most {@value #AHEAD} events are fetched ahead. A loop that is slower than the server therefore slows it down.
 */
public final class EventStream implements Iterable<StreamEvent>, AutoCloseable {
    private static final int AHEAD = 32;

    /** In the queue, the end of a stream that has not failed. */
    private static final Object END = new Object();

    /** Events, then {@link #END} or a failure. Never holds more than {@link #AHEAD} events, because no more are requested. */
    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();

    private final Intake intake = new Intake();
    private final Loop loop = new Loop();
    private final long maxCharacters;
    private CompletionCollector collector;
    private @Nullable LlmException tooLarge;
    /** What {@link #response()} threw, to be thrown again: part of an answer must not look like all of it. */
    private @Nullable LlmException failure;

    private @Nullable VirtualMachineError fatal; // the same

    private EventStream(long maxCharacters) {
        this.maxCharacters = maxCharacters;
        collector = new CompletionCollector(maxCharacters);
    }

    /** Subscribes to the stream, which sends the request. */
    public static EventStream of(Flow.Publisher<StreamEvent> stream) {
        return of(stream, CompletionCollector.DEFAULT_MAX_CHARACTERS);
    }

    /**
     * Subscribes to the stream, which sends the request.
     *
     * @param maxCharacters the largest answer that {@link #response()} and {@link #text()} return, as {@link
     *     CompletionCollector#CompletionCollector(long)} counts it; default {@value
     *     CompletionCollector#DEFAULT_MAX_CHARACTERS}. A loop gets the events of a larger answer, too
     */
    public static EventStream of(Flow.Publisher<StreamEvent> stream, long maxCharacters) {
        EventStream events = new EventStream(maxCharacters);
        boolean begun = WaitingCaller.begin(true);
        try {
            stream.subscribe(events.intake);
        } finally {
            WaitingCaller.end(begun);
        }
        return events;
    }

    /**
     * The text of the whole answer, without reasoning; see {@link #response()}.
     *
     * @throws LlmException as {@link #response()} does
     */
    public String text() {
        return response().content();
    }

    /**
     * Reads the rest of the stream and returns the whole answer, with the events that a loop has read before. After {@link
     * #close}, or after a loop has thrown the stream's failure, this is what came so far, with {@link StopReason#OTHER} unless the
     * answer had ended.
     *
     * @throws LlmException with which the stream failed, with what came before as its {@link LlmException#answer()}; the
     *     same one each time; of kind {@link LlmException.Kind#PROTOCOL} if the answer is larger than {@code
     *     maxCharacters}
     */
    public CompletionResponse response() {
        if (fatal != null) {
            throw fatal;
        }
        if (failure != null) {
            throw failure;
        }
        try {
            while (tooLarge == null && loop.hasNext()) {
                loop.next();
            }
        } catch (LlmException e) {
            failure = collector.failed(e);
            throw failure;
        } catch (VirtualMachineError e) {
            fatal = e;
            throw e;
        }
        if (tooLarge != null) {
            close();
            throw Waiting.thrown(tooLarge);
        }
        return loop.broken || intake.cancelled ? collector.soFar() : collector.result();
    }

    /** Keeps the event for {@link #response()}. A loop may be endless, so an answer that is too large is no longer kept. */
    private void keep(StreamEvent event) {
        if (tooLarge == null) {
            try {
                collector.accept(event);
            } catch (LlmException e) {
                tooLarge = e;
                collector = new CompletionCollector(maxCharacters); // frees what was kept
            }
        }
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
        queue.add(END);
    }

    /** The reading end: takes events out of the queue and requests more. */
    private final class Loop implements Iterator<StreamEvent> {
        private @Nullable StreamEvent next;
        private int taken; // since demand was last renewed
        private boolean ended;
        private boolean broken; // by a failure, which was thrown

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                Dispatcher.requireBlocking("A loop over an EventStream");
                Object item = take();
                if (intake.cancelled) {
                    ended = true; // closed: what was fetched ahead is dropped
                } else if (item instanceof StreamEvent event) {
                    next = event;
                    keep(event);
                    renewDemand();
                } else {
                    ended = true;
                    if (item instanceof Throwable thrown) {
                        broken = true;
                        throw Waiting.thrown(thrown);
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

        /** Requests half of the events at a time: the producer rarely waits, and is rarely called. */
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
            queue.add(Objects.requireNonNull(thrown, "thrown"));
        }

        @Override
        public void onComplete() {
            queue.add(END);
        }
    }
}
