package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits for the first token and between tokens: other bytes do not extend them. */
@Timeout(60)
class TokenTimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTimer clock = new ManualTimer();
    private final FakeHttpClient client = new FakeHttpClient();
    private final LineCall call = new LineCall(URI.create("http://fake.test/path"))
            .asStream()
            .timeouts(
                    LineCall.PATIENT.withFirstToken(Duration.ofSeconds(20)).withBetweenTokens(Duration.ofSeconds(10)));
    private RetryPolicy retries = RetryPolicy.none();

    private Recorder<String> requesting(long n) {
        HttpTransport transport = HttpTransport.builder()
                .httpClient(client)
                .timer(clock)
                .retries(retries)
                .random(() -> 0.5)
                .build();
        return Recorder.<String>requesting(n).on(transport.stream(call));
    }

    private FakeHttpClient.Exchange exchange() {
        return client.last();
    }

    private void comments(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(SECOND);
            exchange().chunk("# still here\n");
        }
    }

    @Test
    void commentsDoNotCountAsTheFirstToken() {
        Recorder<String> stream = requesting(10);
        clock.advance(Duration.ofSeconds(5));
        exchange().head(200);
        comments(14);
        assertThat(stream.isOver()).isFalse();

        clock.advance(SECOND);

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure)
                .hasMessageStartingWith("No token from http://fake.test/path within 20 s")
                .hasMessageContaining("first-token timeout");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void commentsDoNotCountAsTokens() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\n");
        comments(9);
        assertThat(stream.isOver()).isFalse();

        clock.advance(SECOND);

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure)
                .hasMessageStartingWith("No further token from http://fake.test/path for 10 s")
                .hasMessageContaining("between-tokens timeout");
        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void eachTokenRestartsTheLimit() {
        Recorder<String> stream = requesting(Long.MAX_VALUE);
        exchange().head(200);
        for (int i = 0; i < 50; i++) {
            comments(8);
            clock.advance(SECOND);
            exchange().chunk("a\n");
        }

        assertThat(stream.items()).hasSize(50);
        stream.assertNoViolations();
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void theLimitIncludesTheWaitForTheHead() {
        Recorder<String> stream = requesting(1);

        clock.advance(Duration.ofSeconds(20));

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageStartingWith("No token from");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void timeWithoutDemandIsNotCounted() {
        Recorder<String> stream = requesting(0);
        exchange().head(200);
        clock.advance(Duration.ofDays(1));

        stream.request(1);
        clock.advance(Duration.ofSeconds(19));
        exchange().chunk("a\nb\n");
        clock.advance(Duration.ofDays(1));
        stream.request(1);
        clock.advance(Duration.ofDays(1));
        assertThat(stream.items()).containsExactly("a", "b");

        stream.request(1);
        comments(9);
        assertThat(stream.isOver()).isFalse();
        clock.advance(SECOND);

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageStartingWith("No further token");
    }

    @Test
    void demandBeforeTheHeadStartsTheLimit() {
        call.timeouts(call.timeouts().withResponseStart(Duration.ofMinutes(1)));
        Recorder<String> stream = requesting(0);
        clock.advance(Duration.ofSeconds(15));
        stream.request(1);
        clock.advance(Duration.ofSeconds(19));
        assertThat(stream.isOver()).isFalse();

        clock.advance(SECOND.minusNanos(1));
        assertThat(stream.isOver()).isFalse();
        clock.advance(Duration.ofNanos(1));

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageStartingWith("No token from");
    }

    @Test
    void aWholeAnswerHasNoLimitForTokens() {
        call.asWhole();
        Recorder<String> stream = requesting(1);
        exchange().head(200);
        comments(3600);

        exchange().chunk("a\nDONE\n");

        assertThat(stream.awaitItems(1)).containsExactly("a");
    }

    @Test
    void aWholeAnswerToAStreamRequestHasNoLimitForTokens() {
        call.decoder(head -> new WholeBody<>(head, 1 << 20, (reply, out) -> out.accept("whole")));
        Recorder<String> stream = requesting(10);
        exchange().head(200);
        comments(3600);

        exchange().complete();

        assertThat(stream.awaitComplete()).containsExactly("whole");
    }

    @Test
    void noTokenIsExpectedAfterTheAnswer() {
        call.timeouts(LineCall.PATIENT.withBetweenTokens(SECOND));
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nANSWERED\n");

        comments(9);
        exchange().complete();

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void aMissingFirstTokenIsRetriedLikeAnyTimeout() {
        retries = RetryPolicy.defaults().withMaxAttempts(2);
        Recorder<String> stream = requesting(10);
        exchange().head(200);
        comments(20);
        clock.advance(clock.next());
        client.only(1).head(200).chunk("a\nDONE\n").complete();

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }
}
