package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(10, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(60));
    private static final LlmException BUSY = new LlmException(Kind.OVERLOADED, "busy");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlyRetryableFailuresAreRetried(Kind kind) {
        long wait = POLICY.waitNanos(new LlmException(kind, "failed"), 1, 0.5);

        assertThat(wait >= 0).isEqualTo(kind.retryable());
    }

    @Test
    void anExplicitRetryableFlagHasPrecedenceOverTheKind() {
        LlmException hopeless = BUSY.toBuilder().retryable(false).build();
        LlmException hopeful = LlmException.builder(Kind.INVALID_REQUEST, "odd")
                .retryable(true)
                .build();

        assertThat(POLICY.waitNanos(hopeless, 1, 0.5)).isNegative();
        assertThat(POLICY.waitNanos(hopeful, 1, 0.5)).isNotNegative();
    }

    @Test
    void thereAreNoMoreAttemptsThanAllowed() {
        assertThat(POLICY.waitNanos(BUSY, 9, 0.5)).isNotNegative();
        assertThat(POLICY.waitNanos(BUSY, 10, 0.5)).isNegative();
        assertThat(RetryPolicy.none().waitNanos(BUSY, 1, 0.5)).isNegative();
        assertThat(RetryPolicy.defaults().maxAttempts()).isEqualTo(3);
    }

    @Test
    void theBoundDoublesUpToTheLongestDelay() {
        double almostOne = Math.nextDown(1.0);
        long[] ceilings = {500, 1000, 2000, 4000, 8000, 8000, 8000};
        for (int attempts = 1; attempts <= ceilings.length; attempts++) {
            assertThat(POLICY.waitNanos(BUSY, attempts, almostOne) / 1e6)
                    .isBetween(ceilings[attempts - 1] - 0.001, (double) ceilings[attempts - 1]);
        }
    }

    @Test
    void theDelayIsBetweenZeroAndTheBound() {
        assertThat(POLICY.waitNanos(BUSY, 1, 0)).isZero();
        assertThat(POLICY.waitNanos(BUSY, 1, 0.5))
                .isEqualTo(Duration.ofMillis(250).toNanos());
        assertThat(POLICY.waitNanos(BUSY, 3, 0.25))
                .isEqualTo(Duration.ofMillis(500).toNanos());
    }

    @Test
    void manyAttemptsDoNotOverflow() {
        RetryPolicy stubborn = POLICY.withMaxAttempts(Integer.MAX_VALUE);

        assertThat(stubborn.waitNanos(BUSY, 5000, 0.5))
                .isEqualTo(Duration.ofSeconds(4).toNanos());
    }

    @Test
    void theDelayOfTheServerIsUsedUnchanged() {
        assertThat(POLICY.waitNanos(busyFor(Duration.ofSeconds(60)), 1, 0.1))
                .isEqualTo(Duration.ofSeconds(60).toNanos());
        assertThat(POLICY.waitNanos(busyFor(Duration.ZERO), 1, 0.1)).isZero();
    }

    @Test
    void aDelayBeyondTheBoundIsNotUsed() {
        assertThat(POLICY.waitNanos(busyFor(Duration.ofSeconds(60).plusNanos(1)), 1, 0.1))
                .isNegative();
        assertThat(POLICY.waitNanos(busyFor(Duration.ofSeconds(Long.MAX_VALUE)), 1, 0.1))
                .isNegative();
        assertThat(POLICY.withMaxRetryAfter(Duration.ofSeconds(5)).waitNanos(busyFor(Duration.ofSeconds(6)), 1, 0.1))
                .isNegative();
    }

    @Test
    void invalidPoliciesAreRefused() {
        Duration back = Duration.ofNanos(-1);
        for (Runnable nonsense : new Runnable[] {
            () -> POLICY.withMaxAttempts(0),
            () -> POLICY.withDelays(back, Duration.ZERO),
            () -> POLICY.withDelays(Duration.ZERO, back),
            () -> POLICY.withMaxRetryAfter(back)
        }) {
            assertThatThrownBy(nonsense::run)
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
        }
    }

    private static LlmException busyFor(Duration wait) {
        return BUSY.toBuilder().retryAfter(wait).build();
    }
}
