package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Passes events to a client as server-sent events, without a thread. An event is requested when the one before it was
 * taken and the client has read enough, so a client that reads slowly slows down the backend (back-pressure). Events
 * that arrive together are sent together.
 *
 * <p>Until the first event nothing is sent, so a failure has its own status. After {@link Limits#firstSilence} without
 * an event, status 200 is sent, and then comments. The call to the backend is cancelled when the client is gone.
 */
public final class EventRelay<E> implements NonBlockingSubscriber<E> {
    /** The bytes that may wait to be written before no event is requested. */
    private static final int MAX_PENDING = 16 << 10;

    private final ServerExchange exchange;
    private final EventFormat<E> format;
    private final SseStream out;
    private final Object lock = new Object();
    private final List<byte[]> pending = new ArrayList<>(); // guarded by lock, like all fields below
    private int bytes;
    private boolean scheduled;
    private boolean full;
    private boolean wanted; // whether an event is to be requested as soon as there is room
    private boolean cancelled;
    private boolean over; // whether the end was sent
    private Optional<Flow.Subscription> upstream = Optional.empty();
    private Optional<Runnable> ending = Optional.empty();

    private EventRelay(ServerExchange exchange, EventFormat<E> format, Limits limits) {
        this.exchange = exchange;
        this.format = format;
        this.out = new SseStream(exchange, format, limits.keepAlive());
    }

    /**
     * Creates the relay for an exchange. It is then subscribed to the events.
     *
     * @param silence how long it waits for the first event before it sends the status; zero to send it at once
     */
    public static <E> EventRelay<E> start(
            ServerExchange exchange, EventFormat<E> format, Limits limits, Duration silence) {
        EventRelay<E> relay = new EventRelay<>(exchange, format, limits);
        exchange.onCut(relay::stop);
        exchange.onGone(relay::cancel);
        exchange.context().runOnContext(now -> relay.out.beginAfter(silence));
        return relay;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        boolean accepted;
        synchronized (lock) {
            accepted = !cancelled && upstream.isEmpty();
            if (accepted) {
                upstream = Optional.of(subscription);
            }
        }
        if (accepted) {
            subscription.request(1);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(E event) {
        List<byte[]> written = new ArrayList<>(2);
        try {
            format.event(event, out.isNamed() ? "" : exchange.answeredBy(), written::add);
        } catch (RuntimeException | Error e) {
            cancel();
            end(() -> exchange.fail(e));
            return;
        }
        boolean next;
        synchronized (lock) {
            if (ending.isPresent()) {
                return;
            }
            for (byte[] json : written) {
                pending.add(json);
                bytes += json.length;
            }
            next = !full && bytes < MAX_PENDING;
            wanted = !next;
        }
        if (!written.isEmpty()) {
            schedule();
        }
        if (next) {
            request();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        LlmException failure = LlmException.of(thrown);
        end(() -> {
            if (out.isBegun()) {
                exchange.failed(RequestLog.reason(failure), failure.kind());
                finish(format.failed(failure));
            } else {
                exchange.fail(failure);
            }
        });
    }

    @Override
    public void onComplete() {
        List<byte[]> last = new ArrayList<>(2);
        try {
            format.completed(last::add);
        } catch (RuntimeException | Error e) {
            end(() -> exchange.fail(e));
            return;
        }
        if (!last.isEmpty()) {
            synchronized (lock) {
                if (ending.isEmpty()) {
                    pending.addAll(last);
                }
            }
        }
        end(out::end);
    }

    /** Ends the stream because the server stops. */
    private void stop() {
        end(() -> {
            if (out.isBegun()) {
                finish(format.stopped());
            } else {
                exchange.failed(RequestLog.STOPPED);
                exchange.fail(HttpFailure.stopping());
            }
        });
    }

    private void finish(EventFormat.Ending end) {
        out.finish(end.last(), end.complete());
    }

    /** Cancels the call to the backend. No event comes afterwards. */
    public void cancel() {
        Optional<Flow.Subscription> now;
        synchronized (lock) {
            cancelled = true;
            now = upstream;
        }
        now.ifPresent(Flow.Subscription::cancel);
    }

    /** Sets what happens after the pending events; the first end counts. */
    private void end(Runnable action) {
        synchronized (lock) {
            if (ending.isEmpty()) {
                ending = Optional.of(action);
            }
        }
        schedule();
    }

    private void schedule() {
        synchronized (lock) {
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        exchange.context().runOnContext(now -> flush());
    }

    private void request() {
        Optional<Flow.Subscription> now;
        synchronized (lock) {
            now = cancelled ? Optional.empty() : upstream;
        }
        now.ifPresent(subscription -> subscription.request(1));
    }

    /** Sends what is pending. On the event loop. */
    private void flush() {
        try {
            send();
        } catch (RuntimeException | Error e) { // otherwise the stream would stay open
            cancel();
            exchange.fail(e);
        }
    }

    private void send() {
        List<byte[]> batch;
        Optional<Runnable> end;
        synchronized (lock) {
            scheduled = false;
            end = ending;
            if (over) {
                return;
            }
            over = end.isPresent();
            if (full && end.isEmpty()) {
                return; // until the client has read enough
            }
            batch = List.copyOf(pending);
            pending.clear();
            bytes = 0;
        }
        if (!batch.isEmpty()) {
            out.events(batch, this::drained);
        }
        if (end.isPresent()) {
            cancel(); // has an effect only if the server stops
            end.get().run();
            return;
        }
        requestIfRoom();
    }

    private void drained() {
        synchronized (lock) {
            full = false;
        }
        flush();
    }

    private void requestIfRoom() {
        boolean next;
        synchronized (lock) {
            full = out.isFull();
            next = wanted && !full;
            wanted = wanted && !next;
        }
        if (next) {
            request();
        }
    }
}
