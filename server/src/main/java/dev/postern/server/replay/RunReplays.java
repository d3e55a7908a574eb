package dev.postern.server.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The last run of each session, running or not, as far as {@link ReplayLimits} allow. If there are too many, the oldest run that has ended
 * is forgotten. If all of them are running, a new run is not kept: it is cancelled when its client leaves. Thread-safe.
 *
 * @param <K> the key of a session
 */
public final class RunReplays<K> {
    private final ReplayLimits limits;
    private final Alarm alarm;
    private final Map<K, RunRelay> runs = new LinkedHashMap<>(); // the oldest first; guarded by this
    private final Set<RunRelay> apart = new HashSet<>(); // runs that go on and are not kept; guarded by this

    /** No runs. */
    public RunReplays(ReplayLimits limits, Alarm alarm) {
        this.limits = limits;
        this.alarm = alarm;
    }

    /**
     * Begins a run, which replaces the session's last one. Watch it before its first event is added: it is cancelled when its last watcher
     * has left for too long.
     *
     * @param abandon cancels the run
     */
    public RunRelay begin(K session, Runnable abandon) {
        Optional<RunRelay> before;
        RunRelay relay;
        synchronized (this) {
            before = takeOut(session);
            relay = add(session, abandon);
        }
        before.ifPresent(RunRelay::detach);
        return relay;
    }

    private RunRelay add(K session, Runnable abandon) {
        if (runs.size() >= limits.maxRuns() && !forgetOldest()) {
            ReplayLimits none =
                    new ReplayLimits(Duration.ZERO, Duration.ZERO, 1, limits.maxEvents(), limits.maxBytes());
            RunRelay relay = new RunRelay(none, alarm, abandon, this::forgetEnded);
            apart.add(relay);
            return relay;
        }
        RunRelay relay = new RunRelay(limits, alarm, abandon, () -> ended(session));
        runs.put(session, relay);
        return relay;
    }

    /** Takes the last run of a session out of those that are kept, and returns it if it goes on. */
    private Optional<RunRelay> takeOut(K session) {
        RunRelay last = runs.remove(session);
        if (last == null || last.isEnded()) {
            return Optional.empty();
        }
        apart.add(last);
        return Optional.of(last);
    }

    private synchronized void forgetEnded() {
        apart.removeIf(RunRelay::isEnded);
    }

    private boolean forgetOldest() {
        for (Iterator<RunRelay> each = runs.values().iterator(); each.hasNext(); ) {
            if (each.next().isEnded()) {
                each.remove();
                return true;
            }
        }
        return false;
    }

    private void ended(K session) {
        RunRelay relay;
        synchronized (this) {
            relay = runs.get(session);
            forgetEnded();
        }
        if (relay != null && relay.isEnded()) { // otherwise another run of the session has begun
            Runnable unused = alarm.after(limits.keep(), () -> forget(session, relay));
        }
    }

    private synchronized void forget(K session, RunRelay relay) {
        runs.remove(session, relay);
    }

    /** The present or last run of a session; empty if none is kept. */
    public synchronized Optional<RunRelay> find(K session) {
        return Optional.ofNullable(runs.get(session));
    }

    /**
     * Forgets the last run of a session, because the session is deleted or has another run. Present watchers still read its events. It goes
     * on until the last of them has left.
     */
    public void forget(K session) {
        Optional<RunRelay> last;
        synchronized (this) {
            last = takeOut(session);
        }
        last.ifPresent(RunRelay::detach);
    }

    /** Cancels all runs that have not ended, those that are not kept included, and forgets all runs. */
    public void cancelAll() {
        List<RunRelay> all;
        synchronized (this) {
            all = new ArrayList<>(runs.values());
            all.addAll(apart);
            runs.clear();
            apart.clear();
        }
        all.forEach(RunRelay::cancel);
    }

    /** The number of runs that are kept. */
    public synchronized int size() {
        return runs.size();
    }
}
