package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProbeBackoffTest {
    private static final LlmException NO_HTTP = new LlmException(
            Kind.PROTOCOL,
            "no HTTP",
            new LlmException(Kind.PROTOCOL, "no HTTP", new ProtocolException("Invalid status line")));

    private long now = Long.MAX_VALUE - 5; // so that the clock overflows
    private int probes;
    private Supplier<String> peer = () -> {
        throw NO_HTTP;
    };
    private final ProbeBackoff backoff = new ProbeBackoff(() -> now);

    private String probe() {
        try {
            return backoff.send(() -> {
                        probes++;
                        try {
                            return CompletableFuture.completedFuture(peer.get());
                        } catch (LlmException e) {
                            return CompletableFuture.failedFuture(e);
                        }
                    })
                    .join();
        } catch (CompletionException e) {
            throw (LlmException) e.getCause();
        }
    }

    private void after(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aPeerWithoutHttpIsProbedAtGrowingIntervals() {
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            int before = probes;
            assertThatThrownBy(this::probe).isSameAs(NO_HTTP);
            assertThat(probes).isEqualTo(before + 1);

            after(Duration.ofSeconds(seconds).minusNanos(1));
            assertThatThrownBy(this::probe).isSameAs(NO_HTTP);
            assertThat(probes).as("within " + seconds + " s").isEqualTo(before + 1);
            after(Duration.ofNanos(1));
        }
    }

    @Test
    void anAnswerEndsTheBackoff() {
        assertThatThrownBy(this::probe).isSameAs(NO_HTTP);
        after(Duration.ofSeconds(10));
        peer = () -> "well";

        assertThat(probe()).isEqualTo("well");
        assertThat(probe()).isEqualTo("well");
        assertThat(probes).isEqualTo(3);
    }

    @Test
    void otherFailuresAreProbedEachTime() {
        peer = () -> {
            throw new LlmException(Kind.CONNECTION, "nothing listens");
        };

        assertThatThrownBy(this::probe).isInstanceOf(LlmException.class);
        assertThatThrownBy(this::probe).isInstanceOf(LlmException.class);

        assertThat(probes).isEqualTo(2);
    }
}
