package dev.postern.server.observe;

import dev.postern.server.observe.AccessTarget.ToFile;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The access log: one line of JSON for each request, without prompts, answers and keys. A slow or full disk delays no request: up to 10,000
 * lines wait, and further ones are dropped and counted. Thread-safe.
 */
public final class AccessLog implements Consumer<RequestSummary>, AutoCloseable {
    /** The logger of {@link AccessTarget.ToLogger}. */
    public static final String LOGGER = "dev.postern.server.access";

    private static final int CAPACITY = 10_000;

    private final Clock clock;
    private final ThreadFactory threads;
    private final PrintStream stdout;
    private final AtomicLong dropped = new AtomicLong();
    private AccessTarget target = AccessTarget.OFF; // guarded by this
    private volatile @Nullable LineQueue queue;

    /** A log that is off. */
    public AccessLog(Clock clock, ThreadFactory threads, PrintStream stdout) {
        this.clock = clock;
        this.threads = threads;
        this.stdout = stdout;
    }

    /** Writes to this target from now on. What waits for the target before is still written there. */
    public synchronized void use(AccessTarget next) {
        if (next.equals(target)) {
            return;
        }
        LineQueue before = queue;
        target = next;
        queue = next == AccessTarget.OFF
                ? null
                : new LineQueue(
                        CAPACITY,
                        sink(next),
                        threads,
                        count -> AccessLine.dropped(clock.instant(), count),
                        dropped::addAndGet);
        if (before != null) {
            before.close();
        }
    }

    private LineSink sink(AccessTarget to) {
        if (to instanceof ToFile file) {
            return new FileSink(file.path());
        }
        if (to == AccessTarget.STDOUT) {
            return lines -> {
                lines.forEach(stdout::println);
                stdout.flush();
            };
        }
        Logger logger = System.getLogger(LOGGER);
        return lines -> lines.forEach(line -> logger.log(Level.INFO, line));
    }

    @Override
    public void accept(RequestSummary request) {
        LineQueue current = queue;
        if (current != null) {
            current.add(AccessLine.of(request));
        }
    }

    /** The number of lines that were dropped since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what waits, at most for two seconds. */
    @Override
    public void close() {
        use(AccessTarget.OFF);
    }
}
