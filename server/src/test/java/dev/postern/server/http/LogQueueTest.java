package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogQueueTest {
    private final List<String> written = new CopyOnWriteArrayList<>();

    @Test
    void linesThatDoNotFitAreCounted() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        LogQueue queue = new LogQueue(2, gone -> written.add("missing " + gone));
        queue.add(() -> {
            hangs.countDown();
            await(goesOn);
            written.add("first");
        });
        await(hangs);
        for (String line : new String[] {"second", "third", "fourth", "fifth"}) {
            queue.add(() -> written.add(line));
        }
        goesOn.countDown();
        queue.close();

        assertThat(written).containsExactly("first", "missing 2", "second", "third");
    }

    @Test
    void aLineThatFailsKeepsNoOtherFromBeingWritten() {
        LogQueue queue = new LogQueue(10, gone -> {});
        queue.add(() -> {
            throw new OutOfMemoryError("for a test");
        });
        queue.add(() -> written.add("next"));
        queue.close();

        assertThat(written).containsExactly("next");
    }

    @Test
    void aLineAfterTheEndIsWrittenAtOnce() {
        LogQueue queue = new LogQueue(10, gone -> {});
        queue.close();
        queue.add(() -> written.add("late"));

        assertThat(written).containsExactly("late");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
