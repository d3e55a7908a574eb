package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.server.http.Statuses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatusesTest {

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST, 400",
        "400, CONTEXT_LENGTH, 400",
        "400, CONTENT_FILTER, 400",
        "401, AUTHENTICATION, 401",
        "402, QUOTA, 402",
        "403, PERMISSION, 403",
        "404, NOT_FOUND, 404",
        "408, TIMEOUT, 408",
        "413, CONTEXT_LENGTH, 413",
        "422, INVALID_REQUEST, 422",
        "429, RATE_LIMITED, 429",
        "429, QUOTA, 429",
        "500, SERVER, 500",
        "501, UNSUPPORTED, 500",
        "502, SERVER, 500",
        "503, OVERLOADED, 503",
        "504, SERVER, 500",
        "529, OVERLOADED, 503",
        "0, INVALID_REQUEST, 422",
        "0, UNSUPPORTED, 422",
        "0, AUTHENTICATION, 400",
        "0, PERMISSION, 400",
        "0, NOT_FOUND, 404",
        "0, CONTEXT_LENGTH, 400",
        "0, CONTENT_FILTER, 400",
        "0, RATE_LIMITED, 429",
        "0, QUOTA, 402",
        "0, OVERLOADED, 503",
        "0, SERVER, 500",
        "0, TIMEOUT, 500",
        "0, CONNECTION, 500",
        "0, INCOMPLETE_STREAM, 500",
        "0, PROTOCOL, 500",
        "0, CONFIGURATION, 500",
        "0, CANCELLED, 500",
        "302, CONFIGURATION, 500",
        "200, PROTOCOL, 500"
    })
    void theStatusOfAFailure(int received, Kind kind, int status) {
        assertThat(Statuses.of(LlmException.builder(kind, "x").status(received).build(), false))
                .isEqualTo(status);
    }

    static Stream<Arguments> connections() {
        return Stream.of(
                Arguments.of(new ConnectException(), 503),
                Arguments.of(new UnknownHostException(), 503),
                Arguments.of(new NoRouteToHostException(), 503),
                Arguments.of(new ConnectException().initCause(new UnresolvedAddressException()), 503),
                Arguments.of(new IOException(new ConnectException()), 503),
                Arguments.of(new HttpConnectTimeoutException("x"), 503),
                Arguments.of(new HttpTimeoutException("x"), 500),
                Arguments.of(new IOException("connection reset"), 500));
    }

    @ParameterizedTest
    @MethodSource("connections")
    void statusAllowsARetryOnlyIfNothingWasSent(Throwable cause, int status) {
        assertThat(Statuses.of(new LlmException(Kind.CONNECTION, "x", cause), false))
                .isEqualTo(status);
        assertThat(Statuses.of(new LlmException(Kind.TIMEOUT, "x", cause), false))
                .isEqualTo(status);
    }

    @Test
    void statusAllowsNoRetryIfAnEarlierBackendMayHaveRun() {
        LlmException refused = new LlmException(Kind.CONNECTION, "x", new ConnectException());
        refused.addSuppressed(
                LlmException.builder(Kind.OVERLOADED, "x").status(503).build());
        assertThat(Statuses.of(refused, false)).isEqualTo(503);

        refused.addSuppressed(LlmException.builder(Kind.SERVER, "x").status(500).build());
        assertThat(Statuses.of(refused, false)).isEqualTo(500);
    }

    @Test
    void statusAllowsNoRetryIfTheSameBackendMayHaveRunEarlier() {
        LlmException first = LlmException.builder(Kind.SERVER, "x").status(500).build();
        LlmException second = new LlmException(Kind.CONNECTION, "x", new ConnectException());
        second.addSuppressed(first);
        LlmException third = new LlmException(Kind.CONNECTION, "x", new ConnectException());
        third.addSuppressed(second);

        assertThat(Statuses.of(third, false)).isEqualTo(500);
    }

    @Test
    void aLongChainOfEarlierFailuresIsFollowedToALimit() {
        LlmException last =
                LlmException.builder(Kind.OVERLOADED, "x").status(503).build();
        for (int i = 0; i < 100_000; i++) {
            LlmException next =
                    LlmException.builder(Kind.OVERLOADED, "x").status(503).build();
            next.addSuppressed(last);
            last = next;
        }
        assertThat(Statuses.of(last, false)).isEqualTo(500);

        LlmException one =
                LlmException.builder(Kind.OVERLOADED, "x").status(503).build();
        LlmException other =
                LlmException.builder(Kind.OVERLOADED, "x").status(503).build();
        one.addSuppressed(other);
        other.addSuppressed(one);
        assertThat(Statuses.of(one, false)).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindHasAnErrorStatus(Kind kind) {
        assertThat(Statuses.of(new LlmException(kind, "x"), true)).isBetween(400, 503);
    }

    @Test
    void aRequestCutOffByAShutdownMayBeRetried() {
        assertThat(Statuses.of(new LlmException(Kind.CANCELLED, "x"), true)).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1000, 1", "1001, 2", "90000, 90"})
    void retryAfterIsInWholeSeconds(long millis, String seconds) {
        LlmException failure = LlmException.builder(Kind.RATE_LIMITED, "x")
                .retryAfter(Duration.ofMillis(millis))
                .build();

        assertThat(Statuses.headers(failure)).isEqualTo(Map.of("Retry-After", seconds));
    }

    @Test
    void retryAfterIsAbsentIfTheDelayIsUnknown() {
        assertThat(Statuses.headers(new LlmException(Kind.RATE_LIMITED, "x"))).isEmpty();
    }
}
