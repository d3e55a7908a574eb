package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException.Kind;
import dev.postern.usage.BudgetStore;
import dev.postern.usage.InProcessBudgetStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {
    private final Keys.Clock clock = new Keys.Clock();
    private final List<String> refused = new ArrayList<>();
    private final RequestLimits limits =
            new RequestLimits(new InProcessBudgetStore(clock), clock, (tenant, limit) -> refused.add(limit));

    private static Caller caller(String id, int perMinute, int concurrent) {
        return new Caller(
                id,
                id,
                "",
                false,
                false,
                NamePatterns.ALL,
                NamePatterns.ALL,
                new CallerLimits(perMinute, concurrent, 0, 0, 0, 0, 0));
    }

    private Runnable enter(Caller caller) {
        return limits.enter(caller).toCompletableFuture().join();
    }

    private AccessException refused(Caller caller) {
        CompletionException thrown = catchThrowableOfType(CompletionException.class, () -> enter(caller));
        return (AccessException) thrown.getCause();
    }

    @Test
    void requestsPerMinuteAreCountedByCaller() {
        Caller ann = caller("ann", 2, 0);
        enter(ann).run();
        enter(ann).run();
        AccessException refused = refused(ann);
        enter(caller("bob", 2, 0)).run();

        assertThat(this.refused).containsExactly("requests_per_minute");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.failure().kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(refused).hasMessageContaining("2 requests per minute, is reached; send the request again in ");
        Duration wait = refused.failure().retryAfter().orElseThrow();
        assertThat(wait).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(62));
        assertThat(refused.headers()).containsEntry("Retry-After", Long.toString(wait.toSeconds()));
        clock.now = clock.now.plus(wait);
        enter(ann).run();
    }

    @Test
    void openRequestsAreLimited() {
        Caller ann = caller("ann", 0, 1);
        Runnable leave = enter(ann);
        AccessException refused = refused(ann);
        leave.run();
        leave.run(); // counts once
        Runnable second = enter(ann);
        assertThat(refused(ann).status()).isEqualTo(429);
        second.run();

        assertThat(refused).hasMessageContaining("1 request at the same time");
        assertThat(refused.headers()).containsEntry("Retry-After", "1");
        assertThat(limits.callers()).isZero();
    }

    @Test
    void aRefusedRequestLeavesItsPlace() {
        Caller ann = caller("ann", 1, 1);
        enter(ann).run();
        assertThat(refused(ann)).hasMessageContaining("per minute");

        assertThat(limits.callers()).isZero();
    }

    @Test
    void aStoreThatFailsMakesTheLimitUnavailable() {
        BudgetStore broken = new BudgetStore() {
            @Override
            public CompletionStage<Answer> reserve(Reservation reservation) {
                return CompletableFuture.failedStage(new IllegalStateException("secret"));
            }

            @Override
            public CompletionStage<Void> settle(Lease lease, long nanos) {
                throw new AssertionError();
            }
        };
        CompletionException thrown = catchThrowableOfType(
                CompletionException.class,
                () -> new RequestLimits(broken, clock, Refusals.NONE)
                        .enter(caller("ann", 1, 0))
                        .toCompletableFuture()
                        .join());

        assertThat(thrown).cause().isInstanceOf(AccessException.class).hasMessageNotContaining("secret");
        assertThat(((AccessException) thrown.getCause()).status()).isEqualTo(503);
    }
}
