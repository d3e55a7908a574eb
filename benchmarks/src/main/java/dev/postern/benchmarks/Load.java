package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One subject in a separate process. For each line of input it takes a measure and prints a line of results. It ends when
 * the input ends.
 */
public final class Load {
    private static final long LIMIT_MILLIS = 240_000;

    private final Subject subject;
    private final Meter meter;
    private final Delays delays = new Delays();

    private Load(Subject subject, Meter meter) {
        this.subject = subject;
        this.meter = meter;
    }

    /** Runs the subject of the first argument against the server at the second. */
    public static void main(String[] args) throws IOException {
        URI server = URI.create(args[1]);
        Load load = new Load(Subject.of(args[0], server), new Meter(server));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String answer;
            Thread guard = guard();
            try {
                answer = "RESULT " + load.take(line.split(" ", -1));
            } catch (Exception | Error e) {
                e.printStackTrace();
                answer = "FAILED " + e.toString().replace('\n', ' ');
            }
            guard.interrupt();
            System.out.println(answer);
        }
        Runtime.getRuntime().halt(0); // some subjects leave threads running
    }

    /** Ends the process if a measure does not end in time. */
    private static Thread guard() {
        Thread guard = new Thread(() -> {
            try {
                Thread.sleep(LIMIT_MILLIS);
                System.out.println("FAILED did not end within " + LIMIT_MILLIS / 1000 + " s");
                Runtime.getRuntime().halt(1);
            } catch (InterruptedException e) {
                // the measure has ended
            }
        });
        guard.setDaemon(true);
        guard.start();
        return guard;
    }

    private String take(String[] words) throws Exception {
        String model = words[1];
        int count = Integer.parseInt(words[2]);
        long warm = Long.parseLong(words[3]);
        long window = Long.parseLong(words[4]);
        return switch (words[0]) {
            case "streams" -> streams(model, count, warm, window);
            case "answers" -> answers(model, count, warm, window);
            case "first" -> first(model, count, warm);
            case "open" -> open(model, count, warm, window);
            default -> throw new IllegalArgumentException("no measure: " + words[0]);
        };
    }

    /** The cost of an event, with this number of concurrent streams. */
    private String streams(String model, int count, long warm, long window) throws Exception {
        Streams streams = new Streams(subject, model, delays);
        for (int i = 0; i < count; i++) {
            streams.begin();
        }
        Thread.sleep(warm);
        while (streams.completed() < count) { // each stream has ended once, so the length of the body is known
            Thread.sleep(10);
            streams.events();
        }
        delays.reset();
        // Some subjects deliver the arguments of a tool call at the end of the stream only, so a window needs complete
        // streams.
        String result = perEvent(streams, window, Script.of(model).kind() == Script.Kind.TOOLS ? count : 0);
        streams.finish();
        return result;
    }

    private String perEvent(Streams streams, long window, long completions) throws Exception {
        long before = streams.completed();
        double events = streams.events();
        Meter.Reading start = meter.read();
        long ends = start.nanos() + TimeUnit.MILLISECONDS.toNanos(window);
        long latest = start.nanos() + TimeUnit.MILLISECONDS.toNanos(window) * 20;
        while (System.nanoTime() < ends || (streams.completed() < before + completions && System.nanoTime() < latest)) {
            Thread.sleep(10);
        }
        Meter.Reading used = meter.read().since(start);
        double seen = streams.events() - events;
        return "events=" + seen + " cpu=" + used.cpu() / seen + " wall=" + used.nanos() / seen + " bytes="
                + used.bytes() / seen + " server=" + (double) used.serverCpu() / used.nanos() + " p50="
                + delays.quantile(0.5) + " p99=" + delays.quantile(0.99);
    }

    /** Whole answers, with this number of threads, each of which requests one after the other. */
    private String answers(String model, int count, long warm, long window) throws Exception {
        int characters = Script.of(model).count();
        LongAdder answered = new LongAdder();
        CompletableFuture<@Nullable Void> failed = new CompletableFuture<>();
        long stop = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warm + window + 100);
        Thread[] askers = new Thread[count];
        for (int i = 0; i < count; i++) {
            askers[i] = new Thread(() -> {
                try {
                    while (System.nanoTime() < stop) {
                        int got = subject.ask(model);
                        if (got != characters) {
                            throw new IllegalStateException("got " + got + " characters, not " + characters);
                        }
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

    /** The time to the first piece, with one stream after the other. */
    private String first(String model, int count, long warm) throws Exception {
        long warmUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warm);
        while (System.nanoTime() < warmUntil) {
            firstPiece(model);
        }
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            nanos[i] = firstPiece(model);
        }
        Arrays.sort(nanos);
        return "p50=" + nanos[count / 2] / 1000.0 + " p90=" + nanos[count * 9 / 10] / 1000.0;
    }

    private long firstPiece(String model) throws Exception {
        First first = new First();
        long start = System.nanoTime();
        subject.stream(model, first);
        first.end.get(30, TimeUnit.SECONDS);
        return first.came - start;
    }

    private static final class First implements Ear {
        final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        volatile long came;

        @Override
        public void text(String piece) {
            if (came == 0) {
                came = System.nanoTime();
            }
        }

        @Override
        public void bytes(int count) {
            text("");
        }

        @Override
        public void end(@Nullable Throwable failure, long expectedBytes) {
            if (failure == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(failure);
            }
        }
    }

    /** The cost of this number of open streams with few events. */
    private String open(String model, int count, long warm, long window) throws Exception {
        firstPiece("text-20");
        long emptyHeap = Meter.liveBytes();
        Streams streams = new Streams(subject, model, delays);
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warm);
        for (int i = 0; i < count; i++) {
            streams.begin();
            while (i - streams.began() > 1000 && System.nanoTime() < patience) {
                Thread.sleep(10);
            }
        }
        while (streams.began() < count && System.nanoTime() < patience) {
            Thread.sleep(50);
            streams.events();
        }
        int threads = Meter.threads();
        Thread.sleep(warm / 10); // warm-up
        delays.reset();
        String costs = perEvent(streams, window, 0);
        return costs + " started=" + streams.began() + " threads=" + threads + " heap=" + Meter.liveBytes() + " each="
                + (Meter.liveBytes() - emptyHeap) / (double) streams.began();
    }
}
