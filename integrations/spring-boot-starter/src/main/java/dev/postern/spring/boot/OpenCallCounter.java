package dev.postern.spring.boot;

import dev.postern.agent.RunListener;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the calls and the runs of agents that are open. A run counts, too, because between two turns it has no open call. */
final class OpenCallCounter implements CallListener, RunListener {
    private final Object lock = new Object();
    private int open; // guarded by the lock
    private List<Runnable> waiting = new ArrayList<>(); // guarded by the lock
    /** The instrumentation of the application that has this listener, if it was not replaced. */
    private volatile @Nullable Instrumentation place;

    /** Remembers that this listener is in an instrumentation: one that is there twice would count twice. */
    Instrumentation in(Instrumentation instrumentation) {
        place = instrumentation;
        return instrumentation;
    }

    /** The instrumentation, with this listener exactly once. */
    Instrumentation addedTo(Instrumentation instrumentation) {
        return instrumentation == place
                ? instrumentation
                : Instrumentation.builder().listener(this).build().plus(instrumentation);
    }

    /** How many calls and runs are open now. */
    int count() {
        synchronized (lock) {
            return open;
        }
    }

    /** Runs the task as soon as nothing is open: now, or on the thread on which the last call ends. */
    void whenNone(Runnable task) {
        synchronized (lock) {
            if (open > 0) {
                waiting.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public CallWatch begin(CallStart call) {
        begun();
        return new CallWatch() {
            @Override
            public void end(CallEnd end) {
                ended();
            }
        };
    }

    @Override
    public RunWatch begin(RunStart run) {
        begun();
        return new RunWatch() {
            @Override
            public void end(RunEnd end) {
                ended();
            }
        };
    }

    private void begun() {
        synchronized (lock) {
            open++;
        }
    }

    private void ended() {
        List<Runnable> tasks;
        synchronized (lock) {
            open--;
            if (open > 0 || waiting.isEmpty()) {
                return;
            }
            tasks = waiting;
            waiting = new ArrayList<>();
        }
        tasks.forEach(Runnable::run);
    }
}
