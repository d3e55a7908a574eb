package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JwkCacheTest {
    private static final JWKSet FIRST = new JWKSet(Tokens.RSA.toPublicJWK());
    private static final JWKSet SECOND = new JWKSet(Tokens.EC.toPublicJWK());

    private final AtomicLong time = new AtomicLong(-5); // nanoTime may be negative
    private CompletableFuture<JWKSet> answer = CompletableFuture.completedFuture(FIRST);
    private int asked;
    private final JwkCache cache = new JwkCache(this::ask, Duration.ofHours(1), time::get);

    private CompletionStage<JWKSet> ask() {
        asked++;
        return answer;
    }

    private void pass(Duration duration) {
        time.addAndGet(duration.toNanos());
    }

    private static JWKSet known(CompletionStage<JWKSet> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    private static boolean failed(CompletionStage<JWKSet> stage) {
        return stage.toCompletableFuture().isCompletedExceptionally();
    }

    @Test
    void keysAreReadOnceForManyTokens() {
        answer = new CompletableFuture<>();
        CompletionStage<JWKSet> one = cache.get();
        CompletionStage<JWKSet> other = cache.get();
        answer.complete(FIRST);

        assertThat(known(one)).isSameAs(FIRST);
        assertThat(known(other)).isSameAs(FIRST);
        assertThat(known(cache.get())).isSameAs(FIRST);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void oldKeysAreReadAgainInTheBackground() {
        cache.get();
        pass(Duration.ofMinutes(5));
        answer = new CompletableFuture<>();
        JWKSet meanwhile = known(cache.get());
        answer.complete(SECOND);

        assertThat(meanwhile).isSameAs(FIRST);
        assertThat(known(cache.get())).isSameAs(SECOND);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aTokenAfterAQuietTimeWaitsForNewerKeys() {
        cache.get();
        pass(Duration.ofMinutes(10));
        answer = new CompletableFuture<>();
        CompletionStage<JWKSet> waiting = cache.get();
        assertThat(known(waiting)).isNull();

        answer.complete(SECOND);
        assertThat(known(waiting)).isSameAs(SECOND);
    }

    @Test
    void anOutageLocksNobodyOutWhileTheKeysAreValid() {
        cache.get();
        answer = CompletableFuture.failedFuture(new IllegalStateException("down"));
        for (int minutes = 1; minutes < 60; minutes++) {
            pass(Duration.ofMinutes(1));
            assertThat(known(cache.get())).as("after %s minutes", minutes).isSameAs(FIRST);
        }
        assertThat(asked).isBetween(50, 60); // once a minute from the fifth on
        pass(Duration.ofMinutes(1));
        assertThat(failed(cache.get())).isTrue();
        answer = CompletableFuture.completedFuture(SECOND);
        pass(Duration.ofSeconds(5));
        assertThat(known(cache.get())).isSameAs(SECOND);
    }

    @Test
    void namesOfKeysThatAreMadeUpDoNotAskTheIssuerOften() {
        cache.get();
        pass(Duration.ofSeconds(30));
        for (int i = 0; i < 100; i++) {
            assertThat(known(cache.newer())).isSameAs(FIRST);
        }
        assertThat(asked).isEqualTo(2);
        pass(Duration.ofSeconds(30));
        answer = CompletableFuture.completedFuture(SECOND);
        assertThat(known(cache.newer())).isSameAs(SECOND);
    }

    @Test
    void withoutKeysTheIssuerIsAskedEveryFewSeconds() {
        answer = CompletableFuture.failedFuture(new IllegalStateException("down"));
        for (int i = 0; i < 100; i++) {
            assertThat(failed(cache.get())).isTrue();
        }
        assertThat(asked).isEqualTo(1);
        pass(Duration.ofSeconds(5));
        answer = CompletableFuture.completedFuture(FIRST);
        assertThat(known(cache.get())).isSameAs(FIRST);
    }

    @Test
    void aSourceThatThrowsIsAFailure() {
        JwkCache broken = new JwkCache(
                () -> {
                    throw new IllegalStateException("rejected");
                },
                Duration.ofHours(1),
                time::get);

        assertThat(failed(broken.get())).isTrue();
        pass(Duration.ofSeconds(5));
        assertThat(failed(broken.get())).isTrue();
    }
}
