package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DemandTest {
    private final Demand demand = new Demand();

    @Test
    void theFirstTotalIsZero() {
        assertThat(demand.total()).isZero();
    }

    @Test
    void requestsAreAdded() {
        demand.add(1);
        demand.add(41);

        assertThat(demand.total()).isEqualTo(42);
    }

    @Test
    void aTotalBeyondTheLargestLongIsUnlimited() {
        demand.add(Long.MAX_VALUE - 1);
        assertThat(demand.total()).isEqualTo(Long.MAX_VALUE - 1);
        demand.add(1);
        assertThat(demand.total()).isEqualTo(Long.MAX_VALUE);
        demand.add(1);
        assertThat(demand.total()).isEqualTo(Long.MAX_VALUE);
        demand.add(Long.MAX_VALUE);
        assertThat(demand.total()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void requestsOfManyThreadsAreAdded() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                start.countDown();
                for (int n = 0; n < 100_000; n++) {
                    demand.add(3);
                }
            });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(demand.total()).isEqualTo(1_200_000);
    }
}
