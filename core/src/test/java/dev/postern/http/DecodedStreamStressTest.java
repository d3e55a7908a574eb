package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals of the JDK from many threads, in all orders that it may use. */
@Timeout(60)
@Tag("full")
class DecodedStreamStressTest {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

    @AfterAll
    static void shutDown() {
        THREADS.shutdownNow();
    }

    private enum Ending {
        MARK,
        ANSWERED,
        ANSWERED_AND_CUT,
        CUT,
        TRUNCATED,
        BAD
    }

    @Test
    void nothingIsLostDoubledOrReordered() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        for (long seed = 0; System.nanoTime() < end; seed++) {
            Source source = new Source(new Random(seed));
            Recorder<String> stream = source.subscribe();

            while (!stream.isOver()) { // asks from a thread that is none of the source's
                stream.request(1 + source.random.nextInt(3));
                Thread.onSpinWait();
            }

            if (source.endsWell()) {
                assertThat(stream.awaitComplete()).as("seed " + seed).isEqualTo(source.expected);
            } else {
                Kind kind = source.ending == Ending.BAD ? Kind.PROTOCOL : Kind.INCOMPLETE_STREAM;
                assertThat(stream.awaitFailure(LlmException.class).kind())
                        .as("seed " + seed)
                        .isEqualTo(kind);
                assertThat(stream.items()).as("seed " + seed).isEqualTo(source.expected);
            }
            assertThat(source.tooMuchAsked).as("seed " + seed).hasValue(0);
        }
    }

    @Test
    void aCancelAtAnyMomentClosesTheExchange() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        for (long seed = 0; System.nanoTime() < end; seed++) {
            Source source = new Source(new Random(seed));
            Recorder<String> stream = source.subscribe();
            stream.request(source.random.nextInt(5) + 1);
            for (int spins = source.random.nextInt(300); --spins >= 0; ) {
                Thread.onSpinWait();
            }

            stream.cancel();

            source.awaitQuiet();
            stream.assertNoViolations();
            assertThat(source.exchange.isClosed() || source.ended) // it may have ended of itself in the same moment
                    .as("seed " + seed)
                    .isTrue();
            assertThat(stream.items())
                    .as("seed " + seed)
                    .isEqualTo(source.expected.subList(0, stream.items().size()));
            if (!stream.isOver()) {
                assertThat(source.clock.pending()).as("seed " + seed).isZero();
            }
        }
    }

    /**
     * A chunk may precede an ending, but never follow it. Read in the wrong order, the last chunk can be lost; the gap
     * is so small that no stress finds it, and nothing can be put into it, so the order itself is what is tested.
     */
    @Test
    void theEndingIsReadBeforeTheChunk() {
        JavaMethod act = new ClassFileImporter()
                .importClasses(DecodedStream.class)
                .get(DecodedStream.class)
                .getMethod("act");

        int chunk = calls(act, "takeChunk").max().orElseThrow(); // the earlier one drops what comes after a cancel
        int ending = calls(act, "ending").max().orElseThrow();
        assertThat(chunk).isGreaterThan(ending);
        assertThat(calls(act, "takeChunk").filter(line -> line < ending)).hasSize(1);
        assertThat(calls(act, "ending")).hasSize(2);
    }

    private static IntStream calls(JavaMethod method, String called) {
        return method.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTarget().getName().equals(called))
                .mapToInt(JavaMethodCall::getLineNumber);
    }

    /** Random lines in random chunks with a random end; each signal on the requesting thread or on another one. */
    private static final class Source {
        final Random random;
        final Ending ending;
        final List<String> expected = new ArrayList<>();
        final AtomicInteger tooMuchAsked = new AtomicInteger();
        final ManualTimer clock = new ManualTimer();
        private final Queue<String> chunks = new ConcurrentLinkedQueue<>();
        private final AtomicInteger outstanding = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private final boolean sync;
        private final boolean lateHead;
        private volatile FakeHttpClient.Exchange exchange;
        private volatile boolean ended;

        Source(Random random) {
            this.random = random;
            this.ending = Ending.values()[random.nextInt(Ending.values().length)];
            this.sync = random.nextInt(4) == 0;
            this.lateHead = random.nextBoolean();
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12), line = 0; line < i; line++) {
                text.append(random.nextInt(3) == 0 ? "# ping\n" : "")
                        .append(line)
                        .append('\n');
                expected.add(String.valueOf(line));
            }
            text.append(
                    switch (ending) {
                        case MARK -> "DONE\n";
                        case ANSWERED, ANSWERED_AND_CUT -> "ANSWERED\n";
                        case BAD -> "BAD\nnever seen\n";
                        case CUT, TRUNCATED -> "half a li";
                    });
            if (endsWell()) {
                expected.add("end");
            }
            for (int at = 0; at < text.length(); ) {
                int next = Math.min(text.length(), at + 1 + random.nextInt(12));
                chunks.add(text.substring(at, next));
                at = next;
            }
        }

        boolean endsWell() {
            return ending.compareTo(Ending.ANSWERED_AND_CUT) <= 0;
        }

        Recorder<String> subscribe() {
            FakeHttpClient client = new FakeHttpClient(begun -> {
                exchange = begun;
                begun.whenAsked = this::asked;
                if (lateHead) {
                    execute(() -> begun.head(200));
                } else {
                    begun.head(200);
                }
            });
            HttpTransport transport = HttpTransport.builder()
                    .httpClient(client)
                    .timer(clock)
                    .retries(RetryPolicy.none())
                    .build();
            Recorder<String> stream = Recorder.requesting(random.nextInt(3));
            if (random.nextInt(3) == 0) {
                stream.onEach(item -> stream.request(1));
            }
            return stream.on(transport.stream(new LineCall(URI.create("http://fake.test"))));
        }

        private void asked() {
            if (exchange.asked.get() > 1_000_000) { // the rest, after the end mark
                execute(() -> {
                    while (!chunks.isEmpty()) {
                        push();
                    }
                });
            } else {
                if (outstanding.incrementAndGet() > 1) {
                    tooMuchAsked.incrementAndGet();
                }
                if (sync) {
                    push();
                } else {
                    execute(this::push);
                }
            }
        }

        private void execute(Runnable task) {
            running.incrementAndGet();
            THREADS.execute(() -> {
                try {
                    task.run();
                } finally {
                    running.decrementAndGet();
                }
            });
        }

        /** The end follows the last chunk immediately, as in the JDK. */
        private void push() {
            outstanding.decrementAndGet();
            String chunk = chunks.poll();
            if (chunk == null) {
                return;
            }
            boolean last = chunks.isEmpty();
            exchange.chunk(chunk);
            if (last && (ending == Ending.CUT || ending == Ending.ANSWERED_AND_CUT)) {
                exchange.fail(new IOException("cut"));
            } else if (last) {
                exchange.complete();
            }
            ended |= last;
        }

        void awaitQuiet() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (running.get() != 0) {
                assertThat(System.nanoTime()).as("the source runs on").isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }
}
