package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Mismatch;
import dev.postern.benchmarks.subject.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One subject in a separate process. For each line of input it takes a measure and prints a line of results. It ends when
 * the input ends.
 */
public final class Load {
    private static final long LIMIT_MILLIS = 240_000;

    /** How long the compilers may take at most. */
    private static final long COMPILERS_MILLIS = 60_000;

    private final Subject subject;
    private final Meter meter;
    private final Delays delays = new Delays();

    private Load(Subject subject, Meter meter) {
        this.subject = subject;
        this.meter = meter;
    }

    /** Runs the subject of the first argument against the server at the second, through the third; the last one is for the meter. */
    public static void main(String[] args) throws IOException {
        boolean http2 = Via.valueOf(args[2]) == Via.HTTP2;
        Load load = new Load(Subject.of(args[0], URI.create(args[1]), http2), new Meter(URI.create(args[3])));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String answer;
            Thread guard = guard();
            try {
                answer = "RESULT " + load.take(line.split(" ", -1));
            } catch (Exception | Error e) {
                e.printStackTrace();
                answer =
                        (Mismatch.isIn(e) ? "WRONG " : "FAILED ") + e.toString().replace('\n', ' ');
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
            case "answers" -> Answers.take(subject, meter, model, count, warm, window);
            case "first" -> first(model, count, warm);
            case "open" -> open(model, count, warm, window);
            default -> throw new IllegalArgumentException("no measure: " + words[0]);
        };
    }

    /** The cost of an event, with this number of concurrent streams. */
    private String streams(String model, int count, long warm, long window) throws Exception {
        try (Streams streams = new Streams(subject, model, delays)) {
            for (int i = 0; i < count; i++) {
                streams.begin();
            }
            Thread.sleep(warm);
            boolean paced = Script.of(model).isPaced();
            while (!paced && streams.completed() < count) { // then the length of the body is known
                Thread.sleep(10);
                streams.events();
            }
            delays.reset();
            // Some subjects deliver the arguments of a tool call only at the end of the stream. A window needs complete
            // streams then.
            String result = perEvent(streams, window, Script.of(model).kind() == Script.Kind.TOOLS ? count : 0);
            streams.finish();
            return result;
        }
    }

    private String perEvent(Streams streams, long window, long completions) throws Exception {
        long before = streams.completed();
        Meter.Reading start = meter.read();
        double events = streams.events();
        long ends = start.nanos() + TimeUnit.MILLISECONDS.toNanos(window);
        long latest = start.nanos() + TimeUnit.MILLISECONDS.toNanos(window) * 20;
        while (System.nanoTime() < ends || (streams.completed() < before + completions && System.nanoTime() < latest)) {
            Thread.sleep(10);
        }
        Meter.Reading used = meter.read().since(start);
        double seen = streams.events() - events;
        return "events=" + seen + " cpu=" + used.cpu() / seen + " wall=" + used.nanos() / seen + " bytes="
                + used.bytes() / seen + " rate=" + seen * 1e9 / used.nanos() + " server="
                + (double) used.serverCpu() / used.nanos() + " p50="
                + delays.quantile(0.5) + " p99=" + delays.quantile(0.99);
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
        if (first.came == 0) {
            throw new Mismatch("got no piece of " + model);
        }
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
        try (Streams streams = new Streams(subject, model, delays)) {
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
            Meter.awaitIdleCompilers(COMPILERS_MILLIS);
            delays.reset();
            String costs = perEvent(streams, window, 0);
            return costs + " started=" + streams.began() + " threads=" + threads + " heap=" + Meter.liveBytes()
                    + " each=" + (Meter.liveBytes() - emptyHeap) / (double) streams.began();
        }
    }
}
