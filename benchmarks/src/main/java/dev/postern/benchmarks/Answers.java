package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Mismatch;
import dev.postern.benchmarks.subject.Subject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Measures whole answers, with a number of threads, each of which requests one after the other. */
final class Answers {
    private Answers() {}

    static String take(Subject subject, Meter meter, String model, int count, long warm, long window) throws Exception {
        String expected = Script.of(model).text();
        LongAdder answered = new LongAdder();
        CompletableFuture<@Nullable Void> failed = new CompletableFuture<>();
        long measured = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warm);
        AtomicBoolean stopped = new AtomicBoolean();
        Thread[] askers = new Thread[count];
        for (int i = 0; i < count; i++) {
            askers[i] = new Thread(() -> {
                try {
                    while (!stopped.get()) {
                        check(subject.ask(model), expected, System.nanoTime() < measured);
                        answered.increment();
                    }
                } catch (Throwable e) {
                    failed.completeExceptionally(e);
                }
            });
        }
        Meter.Reading used;
        double seen;
        try {
            for (Thread asker : askers) {
                asker.start();
            }
            Thread.sleep(warm);
            Meter.Reading start = meter.read();
            long before = answered.sum();
            Thread.sleep(window);
            used = meter.read().since(start);
            seen = answered.sum() - before;
        } finally {
            stopped.set(true);
        }
        for (Thread asker : askers) {
            asker.join();
        }
        failed.getNow(null);
        return "rate=" + seen * 1e9 / used.nanos() + " cpu=" + used.cpu() / seen + " bytes=" + used.bytes() / seen
                + " server=" + (double) used.serverCpu() / used.nanos();
    }

    /** During the warm-up the whole text, later its length. A subject without a text has checked the number of bytes. */
    private static void check(@Nullable String got, String expected, boolean whole) {
        if (got != null && (whole ? !got.equals(expected) : got.length() != expected.length())) {
            throw new Mismatch("got " + got.length() + " characters, not the " + expected.length() + " of the server");
        }
    }
}
