package dev.postern.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineQueueTest {
    private final LinkedBlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final AtomicLong dropped = new AtomicLong();

    private LineQueue queue(int capacity, LineSink sink) {
        return new LineQueue(capacity, sink, Thread::new, count -> "missing " + count, dropped::addAndGet);
    }

    private String line() throws InterruptedException {
        return written.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void linesComeInOrderAndWhatWaitsIsWrittenAtTheEnd() {
        try (LineQueue queue = queue(1_000, written::addAll)) {
            for (int i = 0; i < 500; i++) {
                queue.add("line " + i);
            }
        }

        assertThat(written).hasSize(500).startsWith("line 0", "line 1");
        assertThat(dropped).hasValue(0);
    }

    @Test
    void aFullHeapDoesNotEndTheThread() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        CountDownLatch failed = new CountDownLatch(1);
        try (LineQueue queue = queue(10, lines -> {
            if (fails.get()) {
                failed.countDown();
                throw new OutOfMemoryError("for a test");
            }
            written.addAll(lines);
        })) {
            queue.add("lost");
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            fails.set(false);
            queue.add("next");
            assertThat(line()).isEqualTo("missing 1");
            assertThat(line()).isEqualTo("next");
        }
    }

    @Test
    void aSinkThatHangsBlocksNobodyAndTheNextLineSaysWhatIsMissing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LineQueue queue = queue(2, lines -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            written.addAll(lines);
        });
        queue.add("taken");
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 5; i++) {
            queue.add("line " + i); // the thread of this test would hang here
        }
        assertThat(dropped).hasValue(3);

        goOn.countDown();
        assertThat(line()).isEqualTo("taken");
        assertThat(line()).isEqualTo("missing 3");
        assertThat(line()).isEqualTo("line 0");
        assertThat(line()).isEqualTo("line 1");
        queue.close();
        assertThat(written).isEmpty();
    }

    @Test
    void linesThatCannotBeWrittenAreCountedAndTheQueueGoesOn() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        CountDownLatch failed = new CountDownLatch(1);
        LineQueue queue = queue(10, lines -> {
            if (full.get()) {
                failed.countDown();
                throw new IOException("No space left on device");
            }
            written.addAll(lines);
        });
        queue.add("lost");
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        full.set(false);
        queue.add("kept");

        List<String> seen = new ArrayList<>();
        while (!seen.contains("kept")) {
            seen.add(line());
        }
        queue.close();
        seen.addAll(written);
        if (!seen.contains("missing 1")) { // the line was taken before the failure was counted, so the next one says it
            assertThat(seen).containsExactly("kept");
        }
        assertThat(dropped).hasValue(1);
    }

    @Test
    void afterItsEndLinesAreDropped() {
        LineQueue queue = queue(10, written::addAll);
        queue.close();
        queue.add("late");

        assertThat(written).isEmpty();
        assertThat(dropped).hasValue(1);
    }
}
