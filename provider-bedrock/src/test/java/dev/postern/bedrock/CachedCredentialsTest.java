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

    private final FakeAwsEnvironment fake = new FakeAwsEnvironment(Path.of("none"));
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile Supplier<CredentialsLookup> locations = () -> issuedFor(HOUR);
    private final CachedCredentials cached = new CachedCredentials(
            () -> {
                lookups.incrementAndGet();
                return locations.get();
            },
            fake.clock());

    private CredentialsLookup issuedFor(Duration time) {
        return CredentialsLookup.issued(numbered(fake.now.plus(time)));
    }

    /** Credentials whose id has the number of the lookup. */
    private AwsCredentials numbered(Instant expiration) {
        return new AwsCredentials("id" + lookups.get(), Secrets.KEY, "", expiration);
    }

    private void after(Duration time) {
        fake.now = fake.now.plus(time);
    }

    private String id() {
        return cached.credentials().accessKeyId();
    }

    @Test
    void credentialsAreRefreshedFiveMinutesBeforeTheyExpire() {
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofMinutes(55).minusNanos(1));
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofNanos(1));
        assertThat(id()).isEqualTo("id2");
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void credentialsWithoutExpirationAreNotRefreshed() {
        locations = () -> CredentialsLookup.issued(numbered(Instant.MAX));
        id();
        after(Duration.ofDays(3650));
        assertThat(id()).isEqualTo("id1");
    }

    @Test
    void cheapLookupsAreRepeatedEveryMinute() {
        locations = () -> CredentialsLookup.stored(numbered(Instant.MAX));
        id();
        after(Duration.ofSeconds(59));
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofSeconds(1));
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void validCredentialsAreUsedWhileTheRefreshFails() {
        id();
        locations = () -> {
            throw new LlmException(Kind.CONNECTION, "no network");
        };
        after(Duration.ofMinutes(56));
        assertThat(id()).isEqualTo("id1");
        assertThat(id()).isEqualTo("id1");
        assertThat(lookups).as("no refresh within a minute").hasValue(2);
        after(Duration.ofMinutes(1));
        assertThat(id()).isEqualTo("id1");
        assertThat(lookups).hasValue(3);
        after(Duration.ofMinutes(3));
        assertFails(Kind.CONNECTION, this::id).isEqualTo("no network");
        locations = () -> issuedFor(HOUR);
        assertThat(id()).isEqualTo("id5");
    }

    @Test
    void validCredentialsAreUsedWhileALocationThrows() {
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
    void shortLivedCredentialsAreRefreshedOnceAMinute() {
        locations = () -> issuedFor(Duration.ofMinutes(3));
        id();
        assertThat(id()).isEqualTo("id1");
        after(Duration.ofMinutes(1));
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void expiredCredentialsAreReturnedIfThereAreNoOthers() {
        locations = () -> issuedFor(Duration.ofMinutes(-1)); // this also happens if the local clock is wrong
        assertThat(id()).isEqualTo("id1");
        assertThat(id()).isEqualTo("id2");
    }

    @Test
    void aLookupWithoutResultIsADefect() {
        locations = () -> CredentialsLookup.none("nothing");
        assertThatIllegalStateException().isThrownBy(this::id);
    }

    @Test
    void oneThreadRefreshesWhileOthersUseTheCachedCredentials() throws Exception {
        id();
        CountDownLatch lookupStarted = new CountDownLatch(1);
        CountDownLatch finishLookup = new CountDownLatch(1);
        locations = () -> {
            lookupStarted.countDown();
            await(finishLookup);
            return issuedFor(HOUR);
        };
        after(Duration.ofMinutes(56));
        CompletableFuture<String> refreshing = CompletableFuture.supplyAsync(this::id);
        await(lookupStarted);
        assertThat(id()).isEqualTo("id1");
        finishLookup.countDown();
        assertThat(refreshing.get(30, TimeUnit.SECONDS)).isEqualTo("id2");
        assertThat(lookups).hasValue(2);
    }

    @Test
    void threadsThatWaitShareTheResult() throws Exception {
        assertThat(ids(8)).containsOnly("id1");
        assertThat(lookups).hasValue(1);
    }

    @Test
    void threadsThatWaitShareTheFailure() throws Exception {
        locations = () -> {
            throw new LlmException(Kind.AUTHENTICATION, "failure " + lookups);
        };
        assertThat(ids(8)).containsOnly("failure 1");
        assertThat(lookups).hasValue(1);
        assertFails(Kind.AUTHENTICATION, this::id).isEqualTo("failure 2");
    }

    @Test
    void anInterruptIsNotSharedWithThreadsThatWait() throws Exception {
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
        CountDownLatch lookupStarted = new CountDownLatch(1);
        CountDownLatch finishLookup = new CountDownLatch(1);
        locations = () -> {
            lookupStarted.countDown();
            await(finishLookup);
            return issuedFor(HOUR);
        };
        CompletableFuture<String> refreshing = CompletableFuture.supplyAsync(this::id);
        await(lookupStarted);
        Thread.currentThread().interrupt();
        assertFails(Kind.CANCELLED, this::id).contains("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        finishLookup.countDown();
        assertThat(refreshing.get(30, TimeUnit.SECONDS)).isEqualTo("id1");
    }

    /** The ids or failure messages of this many threads, which all wait for one lookup. */
    private List<String> ids(int threads) throws Exception {
        Supplier<CredentialsLookup> original = locations;
        List<Thread> started = new ArrayList<>();
        locations = () -> {
            awaitBlocked(started, threads - 1);
            return original.get();
        };
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task);
            synchronized (started) {
                started.add(thread);
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

    /**
     * Waits until this many threads wait for the first lookup. Later lookups do not wait, because the threads are done.
     */
    private void awaitBlocked(List<Thread> threads, int count) {
        while (lookups.get() == 1) {
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
