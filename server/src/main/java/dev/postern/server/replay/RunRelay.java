package dev.postern.server.replay;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The events of one run, from the run to its watchers. The first event is always kept. Of the others, the oldest are dropped when there are
 * more than the limits allow: a watcher that comes later is told how many are missing, and one that needs a dropped event is cut off. So
 * neither a slow watcher nor a long run needs more memory, and no watcher slows the run down.
 *
 * <p>A run that has no watcher for {@link ReplayLimits#linger} is cancelled, or without a delay if nobody can come back to it. Thread-safe.
 */
public final class RunRelay {
    private final ReplayLimits limits;
    private final Alarm alarm;
    private Runnable abandon; // guarded by this
    private final Runnable whenEnded;

    // The following are guarded by this.
    private final EventBuffer events;
    private boolean ended;
    private boolean begun; // whether it had a watcher
    private boolean detached; // nobody can come back to it
    private final Set<Watcher> watchers = new HashSet<>();
    private Runnable cancelLinger = () -> {};

    /**
     * A run without events and without watchers.
     *
     * @param abandon cancels the run; called without a lock, perhaps more than once
     * @param whenEnded called once, when the run has ended
     */
    RunRelay(ReplayLimits limits, Alarm alarm, Runnable abandon, Runnable whenEnded) {
        this.limits = limits;
        this.alarm = alarm;
        this.abandon = abandon;
        this.whenEnded = whenEnded;
        this.events = new EventBuffer(limits.maxEvents(), limits.maxBytes());
    }

    /** Adds the next event. Ignored after the end. */
    public void add(byte[] event) {
        List<Watcher> waiting;
        synchronized (this) {
            if (ended) {
                return;
            }
            events.add(event);
            waiting = waiting();
        }
        waiting.forEach(watcher -> watcher.news.run());
    }

    /** The run has ended; no event follows. */
    public void end() {
        List<Watcher> waiting;
        Runnable cancel;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            cancel = cancelLinger;
            abandon = () -> {}; // it keeps the run in memory
            waiting = waiting();
        }
        cancel.run();
        waiting.forEach(watcher -> watcher.news.run());
        whenEnded.run();
    }

    /** Cancels the run, if it has not ended. */
    void cancel() {
        Runnable now;
        synchronized (this) {
            now = abandon;
        }
        now.run();
    }

    /** Nobody can come back to the run from now on, so it is cancelled when no watcher is left; at once if there is none. */
    void detach() {
        Runnable cancel;
        synchronized (this) {
            detached = true;
            if (!begun || !watchers.isEmpty() || ended) {
                return;
            }
            cancel = cancelLinger;
        }
        cancel.run();
        cancel();
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** The watchers that must be told that there is something new. */
    private List<Watcher> waiting() {
        List<Watcher> told = new ArrayList<>();
        for (Watcher watcher : watchers) {
            if (watcher.waiting) {
                watcher.waiting = false;
                told.add(watcher);
            }
        }
        return told;
    }

    /**
     * Watches the run from its beginning.
     *
     * @param news called when there is something new after {@link Watched.Waiting}, once for each; on the thread of the run, so it must not
     *     block
     */
    public Watcher watch(Runnable news) {
        Runnable cancel;
        Watcher watcher = new Watcher(news);
        synchronized (this) {
            watchers.add(watcher);
            begun = true;
            cancel = cancelLinger;
            cancelLinger = () -> {};
        }
        cancel.run();
        return watcher;
    }

    private void left(Watcher watcher) {
        synchronized (this) {
            if (!watchers.remove(watcher) || !watchers.isEmpty() || ended) {
                return;
            }
            if (!detached && !limits.linger().isZero()) {
                cancelLinger = alarm.after(limits.linger(), this::abandonUnwatched);
                return;
            }
        }
        cancel();
    }

    private void abandonUnwatched() {
        synchronized (this) {
            if (!watchers.isEmpty() || ended) {
                return;
            }
        }
        cancel();
    }

    /** Reads the events of a run. Its methods may be called by any thread, one at a time. */
    public final class Watcher implements AutoCloseable {
        private final Runnable news;
        // The following are guarded by the relay.
        private long next; // the number of the event to read
        private boolean waiting;

        private Watcher(Runnable news) {
            this.news = news;
        }

        /** The next event, or why there is none. */
        public Watched next() {
            synchronized (RunRelay.this) {
                if (next >= events.end()) {
                    waiting = !ended;
                    return ended ? new Watched.Ended() : new Watched.Waiting();
                }
                if (next > 0 && next < events.first()) {
                    if (next > 1) {
                        return new Watched.TooSlow();
                    }
                    long missing = events.first() - next;
                    next = events.first();
                    return new Watched.Gap(missing);
                }
                return new Watched.Event(events.get(next++));
            }
        }

        /** Stops watching. If no watcher is left, the run is cancelled after a while, unless another one comes. */
        @Override
        public void close() {
            left(this);
        }
    }
}
