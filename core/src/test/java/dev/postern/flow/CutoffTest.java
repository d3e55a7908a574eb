package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.flow.Cutoff.Cut;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CutoffTest {
    private final Cutoff cutoff = new Cutoff();

    @Test
    void letsItemsThrough() {
        assertThat(cutoff.enter()).isTrue();
        assertThat(cutoff.leave(true)).isFalse();
        assertThat(cutoff.enter()).isTrue();
        assertThat(cutoff.leave(true)).isFalse();
        assertThat(cutoff.isOver()).isFalse();
    }

    @Test
    void whoeverCutsBetweenItemsTellsIt() {
        assertThat(cutoff.cut()).isEqualTo(Cut.TELL);
        assertThat(cutoff.isOver()).isTrue();
        assertThat(cutoff.cut()).isEqualTo(Cut.TOO_LATE);
        assertThat(cutoff.end()).isFalse();
    }

    @Test
    void whatComesAfterTheCutIsDroppedAndTellsNothing() {
        cutoff.cut();

        assertThat(cutoff.enter()).isFalse();
        assertThat(cutoff.leave(false)).isFalse();
    }

    @Test
    void aCutDuringAnItemIsToldByWhoDelivers() {
        cutoff.enter();

        assertThat(cutoff.cut()).isEqualTo(Cut.LATER);
        assertThat(cutoff.leave(true)).isTrue();
        assertThat(cutoff.enter()).isFalse();
        assertThat(cutoff.leave(false)).isFalse();
    }

    @Test
    void ofItemsInsideOfEachOtherTheOutermostTells() {
        cutoff.enter();
        cutoff.enter();
        cutoff.cut();
        boolean late = cutoff.enter();

        assertThat(late).isFalse();
        assertThat(cutoff.leave(late)).isFalse();
        assertThat(cutoff.leave(true)).isFalse();
        assertThat(cutoff.leave(true)).isTrue();
    }

    @Test
    void theUpstreamsEndComesFirstOrNotAtAll() {
        cutoff.enter();

        assertThat(cutoff.end()).isTrue();
        assertThat(cutoff.end()).isFalse();
        assertThat(cutoff.cut()).isEqualTo(Cut.TOO_LATE);
        assertThat(cutoff.leave(true)).isFalse();
    }

    @Test
    void exactlyOneEndIsToldAndNoItemAfterIt() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int round = 0; round < 3000; round++) {
                Cutoff raced = new Cutoff();
                AtomicInteger ends = new AtomicInteger();
                AtomicBoolean afterTheEnd = new AtomicBoolean();
                Future<?> outside = other.submit(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    if (raced.cut() == Cut.TELL) {
                        ends.incrementAndGet();
                    }
                    return null;
                });
                together.await(30, TimeUnit.SECONDS);
                for (int item = 0; item < 20; item++) {
                    boolean live = raced.enter();
                    afterTheEnd.compareAndSet(false, live && ends.get() > 0);
                    if (raced.leave(live)) {
                        ends.incrementAndGet();
                    }
                }
                if (raced.end()) {
                    ends.incrementAndGet();
                }
                outside.get(30, TimeUnit.SECONDS);

                assertThat(ends).hasValue(1);
                assertThat(afterTheEnd).isFalse();
            }
        } finally {
            other.shutdownNow();
        }
    }
}
