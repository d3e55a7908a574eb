package dev.postern.flow;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads that inherit nothing from the thread that creates them: no context class loader, which could
 * then not be collected, no group, no priority and no inheritable thread-locals.
 */
final class DaemonThreads implements ThreadFactory {
    /** The top group; the group of a caller may be destroyed, or belong to an application that is stopped. */
    private static final ThreadGroup TOP = top();

    private final String prefix;
    private final boolean pooled;
    private final AtomicInteger count = new AtomicInteger();

    DaemonThreads(String prefix, boolean pooled) {
        this.prefix = prefix;
        this.pooled = pooled;
    }

    private static ThreadGroup top() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group != null && group.getParent() != null) {
            group = group.getParent();
        }
        return Objects.requireNonNull(group);
    }

    /** Whether this is a thread of the shared pool. */
    static boolean isPooled(Thread thread) {
        return thread instanceof Pooled;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // undoes the inheritance; nothing relies on a priority
    public Thread newThread(Runnable work) {
        String name = prefix + count.incrementAndGet();
        Thread thread = pooled ? new Pooled(work, name) : new Thread(TOP, work, name, 0, false);
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    private static final class Pooled extends Thread {
        Pooled(Runnable work, String name) {
            super(TOP, work, name, 0, false);
        }
    }
}
