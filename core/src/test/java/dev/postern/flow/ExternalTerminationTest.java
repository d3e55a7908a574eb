package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.flow.ExternalTermination.Outcome;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExternalTerminationTest {
    private final ExternalTermination termination = new ExternalTermination();

    @Test
    void itemsAreAllowed() {
        assertThat(termination.enter()).isTrue();
        assertThat(termination.leave(true)).isFalse();
        assertThat(termination.enter()).isTrue();
        assertThat(termination.leave(true)).isFalse();
        assertThat(termination.isOver()).isFalse();
    }

    @Test
    void aTerminationBetweenItemsIsReportedByItsCaller() {
        assertThat(termination.terminate()).isEqualTo(Outcome.REPORT_NOW);
        assertThat(termination.isOver()).isTrue();
        assertThat(termination.terminate()).isEqualTo(Outcome.TOO_LATE);
        assertThat(termination.end()).isFalse();
    }

    @Test
    void itemsAfterTheTerminationAreDropped() {
        termination.terminate();

        assertThat(termination.enter()).isFalse();
        assertThat(termination.leave(false)).isFalse();
    }

    @Test
    void aTerminationDuringADeliveryIsReportedByTheDeliveringThread() {
        termination.enter();

        assertThat(termination.terminate()).isEqualTo(Outcome.REPORT_LATER);
        assertThat(termination.leave(true)).isTrue();
        assertThat(termination.enter()).isFalse();
        assertThat(termination.leave(false)).isFalse();
    }

    @Test
    void ofNestedDeliveriesTheOutermostReports() {
        termination.enter();
        termination.enter();
        termination.terminate();
        boolean late = termination.enter();

        assertThat(late).isFalse();
        assertThat(termination.leave(late)).isFalse();
        assertThat(termination.leave(true)).isFalse();
        assertThat(termination.leave(true)).isTrue();
    }

    @Test
    void anEndOfTheUpstreamExcludesATermination() {
        termination.enter();

        assertThat(termination.end()).isTrue();
        assertThat(termination.end()).isFalse();
        assertThat(termination.terminate()).isEqualTo(Outcome.TOO_LATE);
        assertThat(termination.leave(true)).isFalse();
    }

    @Test
    void exactlyOneEndIsReportedAndNoItemFollows() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int round = 0; round < 3000; round++) {
                ExternalTermination raced = new ExternalTermination();
                AtomicInteger ends = new AtomicInteger();
                AtomicBoolean afterTheEnd = new AtomicBoolean();
                Future<?> outside = other.submit(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    if (raced.terminate() == Outcome.REPORT_NOW) {
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
