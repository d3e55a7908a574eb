package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Mismatch;
import dev.postern.benchmarks.subject.Subject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        long stop = measured + TimeUnit.MILLISECONDS.toNanos(window + 100);
        Thread[] askers = new Thread[count];
        for (int i = 0; i < count; i++) {
            askers[i] = new Thread(() -> {
                try {
                    while (System.nanoTime() < stop) {
                        check(subject.ask(model), expected, System.nanoTime() < measured);
                        answered.increment();
                    }
                } catch (Throwable e) {
                    failed.completeExceptionally(e);
                }
            });
            askers[i].start();
        }
        Thread.sleep(warm);
        long before = answered.sum();
        Meter.Reading start = meter.read();
        Thread.sleep(window);
        Meter.Reading used = meter.read().since(start);
        double seen = answered.sum() - before;
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
