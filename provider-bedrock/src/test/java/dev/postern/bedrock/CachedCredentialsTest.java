package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachedCredentialsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final FakeAwsEnvironment machine = new FakeAwsEnvironment(Path.of("none"));
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Supplier<CredentialsLookup> locations = () -> issuedFor(HOUR);
    private final CachedCredentials cached = new CachedCredentials(
            () -> {
                looks.incrementAndGet();
                return locations.get();
            },
            machine.clock());

    private CredentialsLookup issuedFor(Duration time) {
        return CredentialsLookup.issued(numbered(machine.now.plus(time)));
    }

    /** Named after the look that found them. */
    private AwsCredentials numbered(Instant expiration) {
        return new AwsCredentials("id" + looks.get(), Secrets.KEY, "", expiration);
    }

    private void after(Duration time) {
        machine.now = machine.now.plus(time);
    }

    private String id() {
        return cached.credentials().accessKeyId();
    }

    @Test
    void looksOnceUntilFiveMinutesBeforeTheEnd() {
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofMinutes(55).minusNanos(1));
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofNanos(1));
        assertThat(id()).isEqualTo("id2");
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void keepsForEverWhatDoesNotExpire() {
        locations = () -> CredentialsLookup.issued(numbered(Instant.MAX));
        id();
        after(Duration.ofDays(3650));
        assertThat(id()).isEqualTo("id1");
    }

    @Test
    void looksEveryMinuteAtWhatCostsNothing() {
        locations = () -> CredentialsLookup.stored(numbered(Instant.MAX));
        id();
        after(Duration.ofSeconds(59));
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofSeconds(1));
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void usesTheOldOnesWhileRenewalFailsAndTheyAreGood() {
        id();
        locations = () -> {
            throw new LlmException(Kind.CONNECTION, "no network");
        };
        after(Duration.ofMinutes(56));
        assertThat(id()).isEqualTo("id1");
        assertThat(id()).isEqualTo("id1");
        assertThat(looks).as("not again before a minute has passed").hasValue(2);
        after(Duration.ofMinutes(1));
        assertThat(id()).isEqualTo("id1");
        assertThat(looks).hasValue(3);
        after(Duration.ofMinutes(3));
        assertFails(Kind.CONNECTION, this::id).isEqualTo("no network");
        locations = () -> issuedFor(HOUR);
        assertThat(id()).isEqualTo("id5");
    }

    @Test
    void aDefectOfAPlaceIsNoReasonToGiveUpGoodOnes() {
        id();
        locations = () -> {
            throw new IllegalArgumentException("a defect");
        };
        after(Duration.ofMinutes(56));
        assertThat(id()).isEqualTo("id1");
        after(HOUR);
        assertThatThrownBy(this::id).hasMessage("a defect");
    }

    @Test
    void doesNotAskAgainAndAgainForOnesThatAreShort() {
        locations = () -> issuedFor(Duration.ofMinutes(3));
        id();
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofMinutes(1));
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void handsOutExpiredOnesIfThereAreNoOthers() {
        locations = () -> issuedFor(Duration.ofMinutes(-1)); // or our clock is wrong
        assertThat(id()).isEqualTo("id1");
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void aPlaceMustGiveSomethingOrFail() {
        locations = () -> CredentialsLookup.none("nothing");
        assertThatIllegalStateException().isThrownBy(this::id);
    }

    @Test
    void oneLooksAndTheOthersGoOnWithTheOldOnes() throws Exception {
        id();
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        locations = () -> {
            looking.countDown();
            await(go);
            return issuedFor(HOUR);
        };
        after(Duration.ofMinutes(56));
        CompletableFuture<String> one = CompletableFuture.supplyAsync(this::id);
        await(looking);
        assertThat(id()).isEqualTo("id1");
        go.countDown();
        assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("id2");
        assertThat(looks).hasValue(2);
    }

    @Test
    void whoWaitsForTheFirstLookGetsWhatItFound() throws Exception {
        assertThat(ids(8)).containsOnly("id1");
        assertThat(looks).hasValue(1);
    }

    @Test
    void whoWaitsForALookThatFailsFailsWithIt() throws Exception {
        locations = () -> {
            throw new LlmException(Kind.AUTHENTICATION, "failure " + looks);
        };
        assertThat(ids(8)).containsOnly("failure 1");
        assertThat(looks).hasValue(1);
        assertFails(Kind.AUTHENTICATION, this::id).isEqualTo("failure 2");
    }

    @Test
    void whoIsInterruptedStopsAloneAndTheOthersLookForThemselves() throws Exception {
        AtomicInteger interrupts = new AtomicInteger();
        locations = () -> {
            if (interrupts.getAndIncrement() == 0) {
                throw new LlmException(Kind.CANCELLED, "interrupted");
            }
            return issuedFor(HOUR);
        };
        assertThat(ids(3)).containsExactlyInAnyOrder("interrupted", "id2", "id2");
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        locations = () -> {
            looking.countDown();
            await(go);
            return issuedFor(HOUR);
        };
        CompletableFuture<String> one = CompletableFuture.supplyAsync(this::id);
        await(looking);
        Thread.currentThread().interrupt();
        assertFails(Kind.CANCELLED, this::id).contains("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        go.countDown();
        assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("id1");
    }

    /** What so many threads get that ask while one of them looks. */
    private List<String> ids(int threads) throws Exception {
        Supplier<CredentialsLookup> asked = locations;
        List<Thread> asking = new ArrayList<>();
        locations = () -> {
            awaitBlocked(asking, threads - 1);
            return asked.get();
        };
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task);
            synchronized (asking) {
                asking.add(thread);
            }
            return thread;
        });
        try {
            List<Future<String>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(this::id));
            }
            List<String> results = new ArrayList<>();
            for (Future<String> future : futures) {
                try {
                    results.add(future.get(30, TimeUnit.SECONDS));
                } catch (ExecutionException e) {
                    results.add(e.getCause().getMessage());
                }
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    /** Until so many of the threads wait for the one that looks; later looks do not wait, as the others are gone. */
    private void awaitBlocked(List<Thread> threads, int count) {
        while (looks.get() == 1) {
            synchronized (threads) {
                if (threads.stream()
                                .filter(thread -> thread.getState() == Thread.State.WAITING)
                                .count()
                        >= count) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
