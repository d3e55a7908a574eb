package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final URI ADDRESS = URI.create("http://host/path?key=secret");

    static Stream<Arguments> beforeTheHead() {
        return Stream.of(
                Arguments.of(new HttpConnectTimeoutException("slow"), Kind.TIMEOUT, true, "within 10 s"),
                Arguments.of(new ConnectException(), Kind.CONNECTION, true, "Nothing listens at"),
                Arguments.of(new UnknownHostException("host"), Kind.CONNECTION, true, "is unknown"),
                Arguments.of(
                        new ConnectException().initCause(new UnresolvedAddressException()),
                        Kind.CONNECTION,
                        true,
                        "is unknown"),
                Arguments.of(new SSLHandshakeException("bad cert"), Kind.CONNECTION, false, "(bad cert)"),
                Arguments.of(new ProtocolException("no status"), Kind.PROTOCOL, false, "(no status)"),
                Arguments.of(new EOFException(), Kind.CONNECTION, true, "(EOFException)"),
                Arguments.of(new CancellationException(), Kind.CANCELLED, false, "was cancelled"),
                Arguments.of(new IllegalStateException("odd"), Kind.CONNECTION, false, "(odd)"),
                Arguments.of(new LlmException(Kind.QUOTA, "known"), Kind.QUOTA, false, "known"));
    }

    @ParameterizedTest
    @MethodSource("beforeTheHead")
    void eachFailureBeforeTheHeadHasItsKindAndSentence(Throwable thrown, Kind kind, boolean retryable, String part) {
        LlmException failure = Failures.beforeHead(new CompletionException(thrown), ADDRESS, Duration.ofSeconds(10));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageContaining(part);
        assertThat(failure.toString()).doesNotContain("secret");
    }

    @Test
    void anLlmExceptionIsNotWrapped() {
        LlmException known = new LlmException(Kind.TIMEOUT, "known");

        assertThat(Failures.beforeHead(known, ADDRESS, Duration.ZERO)).isSameAs(known);
        assertThat(Failures.inBody(known, ADDRESS)).isSameAs(known);
        assertThat(Failures.undecodable(known, ADDRESS)).isSameAs(known);
    }

    @Test
    void onlyFailuresAfterTheConnectAreBreaks() {
        assertThat(Failures.isBreak(new IOException("no bytes"))).isTrue();
        assertThat(Failures.isBreak(new CompletionException(new EOFException())))
                .isTrue();
        assertThat(Failures.isBreak(new ConnectException())).isFalse();
        assertThat(Failures.isBreak(new UnknownHostException())).isFalse();
        assertThat(Failures.isBreak(new SSLHandshakeException("bad cert"))).isFalse();
        assertThat(Failures.isBreak(new ProtocolException())).isFalse();
        assertThat(Failures.isBreak(new HttpConnectTimeoutException("slow"))).isFalse();
        assertThat(Failures.isBreak(new IllegalStateException())).isFalse();
        assertThat(Failures.isBreak(new IOException("parsing HTTP/1.1 status line, receiving [HTTP/1.1 2]")))
                .as("half a head is the beginning of an answer")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.3S, 300 ms",
        "PT1S, 1 s",
        "PT1.5S, 1.500 s",
        "PT1M, 1 min",
        "PT1M30S, 1 min 30 s",
        "PT10M, 10 min",
        "PT1M0.25S, 1 min 0.250 s",
        "PT2H, 120 min",
    })
    void timesAreReadable(Duration time, String shown) {
        assertThat(Failures.shown(time)).isEqualTo(shown);
    }
}
