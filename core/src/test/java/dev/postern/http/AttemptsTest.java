package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retries, replays and amendments, with a fake client, clock and random numbers. */
@Timeout(60)
class AttemptsTest {
    private static final RetryPolicy TWICE = RetryPolicy.defaults().withMaxAttempts(2);

    private final ManualTimer clock = new ManualTimer();
    private final FakeHttpClient client = new FakeHttpClient();
    private final LineCall call = new LineCall(URI.create("http://fake.test"));
    private double dice = 0.5;
    private final HttpTransport transport =
            transport(new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(60)));

    private HttpTransport transport(RetryPolicy retries) {
        return HttpTransport.builder()
                .httpClient(client)
                .timer(clock)
                .random(() -> dice)
                .retries(retries)
                .build();
    }

    private Recorder<String> requesting(long n) {
        return Recorder.<String>requesting(n).on(transport.stream(call));
    }

    /** Has the exchange with this number answer with an error. */
    private void refuse(int number, int status, String... headers) {
        client.only(number).head(status, headers).chunk("refused " + number).complete();
    }

    /** Moves the clock to the next attempt. */
    private void endOfDelay() {
        assertThat(clock.pending()).isOne();
        clock.advance(clock.next());
    }

    // ---- retries

    @Test
    void theDelayIsAPartOfABoundThatDoubles() {
        Recorder<String> stream = requesting(10);

        refuse(0, 503);
        assertThat(clock.next()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1).minusNanos(1));
        client.only(0);
        clock.advance(Duration.ofNanos(1));

        dice = 0.25;
        refuse(1, 503);
        assertThat(clock.next()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));

        client.only(2).head(200).chunk("a\nDONE\n").complete();
        assertThat(stream.awaitComplete()).containsExactly("a", "end");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void theLastFailureIsSignalled() {
        Recorder<String> stream = requesting(10);
        for (int attempt = 0; attempt < 3; attempt++) {
            refuse(attempt, 500 + attempt);
            if (attempt < 2) {
                endOfDelay();
            }
        }

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.status()).hasValue(502);
        assertThat(failure.serverMessage()).isEqualTo("refused 2");
        assertThat(failure.getSuppressed()).singleElement().satisfies(earlier -> {
            assertThat(((LlmException) earlier).status()).hasValue(501);
            assertThat(earlier.getSuppressed()).hasSize(1);
        });
        assertThat(client.exchanges).hasSize(3);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void eachAttemptHasItsOwnRequestAndDecoder() {
        requesting(10);
        client.only(0).head(200).chunk("half a li").fail(new IOException("cut"));
        endOfDelay();
        client.only(1).head(200);

        assertThat(call.calls).hasValue(2);
        assertThat(call.decoders).hasValue(2);
    }

    @Test
    void aCutBeforeTheFirstItemIsRetried() {
        Recorder<String> stream = requesting(10);
        client.only(0).head(200).chunk("# hello\nhalf a li").fail(new IOException("cut"));
        endOfDelay();
        client.only(1).head(200).chunk("a\nDONE\n").complete();

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void nothingIsRetriedAfterTheFirstItem() {
        Recorder<String> stream = requesting(1);
        client.only(0).head(200).chunk("a\n").fail(new IOException("cut"));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        client.only(0);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aFailureThatIsNotRetryableIsNotRetried() {
        Recorder<String> stream = requesting(1);
        refuse(0, 400);

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INVALID_REQUEST);
        client.only(0);
    }

    @Test
    void demandSurvivesARetry() {
        Recorder<String> stream = requesting(2);
        refuse(0, 503);
        stream.request(1);
        endOfDelay();
        client.only(1).head(200).chunk("a\nb\nc\nd\n");

        assertThat(stream.items()).containsExactly("a", "b", "c");
        stream.assertNoViolations();
    }

    @Test
    void theDelayOfTheServerIsUsed() {
        requesting(1);
        refuse(0, 429, "Retry-After", "60");

        assertThat(clock.next()).isEqualTo(Duration.ofSeconds(60));
        clock.advance(Duration.ofSeconds(60));
        client.only(1);
    }

    @Test
    void aDelayBeyondTheBoundFailsTheCall() {
        Recorder<String> stream = requesting(1);
        refuse(0, 429, "Retry-After", "61");

        assertThat(stream.awaitFailure(LlmException.class).retryAfter()).hasValue(Duration.ofSeconds(61));
        client.only(0);
    }

    @Test
    void theTotalTimeoutCoversAllAttempts() {
        call.timeouts(LineCall.PATIENT.withTotal(Duration.ofSeconds(10)));
        Recorder<String> stream = requesting(1);
        clock.advance(Duration.ofSeconds(6));
        refuse(0, 503); // then one second of waiting
        clock.advance(Duration.ofSeconds(1));
        client.only(1).head(200);
        clock.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofNanos(1));

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageContaining("total timeout of 10 s");
        assertThat(client.last().isClosed()).isTrue();
    }

    @Test
    void aDelayBeyondTheTotalTimeoutFailsTheCall() {
        call.timeouts(LineCall.PATIENT.withTotal(Duration.ofSeconds(10)));
        Recorder<String> stream = requesting(1);
        clock.advance(Duration.ofSeconds(9));
        refuse(0, 503);

        assertThat(stream.awaitFailure(LlmException.class).status()).hasValue(503);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void theProviderDescribesEveryFailure() {
        LineCall described = new LineCall(URI.create("http://fake.test")) {
            @Override
            public LlmException describe(LlmException failure) {
                return failure.toBuilder().backend("mine").build();
            }
        };
        Recorder<String> stream = Recorder.of(transport.stream(described));
        refuse(0, 400);

        assertThat(stream.awaitFailure(LlmException.class).backend()).isEqualTo("mine");
    }

    // ---- the retry delay

    @Test
    void cancellingEndsTheDelay() {
        Recorder<String> stream = requesting(1);
        refuse(0, 503);
        assertThat(clock.pending()).isOne();

        stream.cancel();

        assertThat(clock.pending()).isZero();
        clock.advance(Duration.ofMinutes(1));
        client.only(0);
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void cancellingTheFutureEndsTheDelay() {
        CompletableFuture<String> answer = transport.send(call);
        refuse(0, 503);
        assertThat(clock.pending()).isOne();

        answer.cancel(true);

        assertThat(clock.pending()).isZero();
    }

    @Test
    void closingTheTransportEndsTheDelay() {
        Recorder<String> stream = requesting(1);
        refuse(0, 503);

        transport.close();

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(clock.pending()).isZero();
        clock.advance(Duration.ofMinutes(1));
        client.only(0);
    }

    @Test
    void aRequestForZeroDuringTheDelayFailsAtItsEnd() {
        Recorder<String> stream = requesting(1);
        refuse(0, 503);

        stream.request(0);
        endOfDelay();

        assertThat(stream.awaitFailure()).isInstanceOf(IllegalArgumentException.class);
        client.only(0);
    }

    @Test
    void aFailureWithAnAnswerIsNotRetried() {
        CompletionResponse partial = CompletionResponse.builder().build();
        LineCall paid = new LineCall(URI.create("http://fake.test")) {
            @Override
            public LlmException error(HttpReply reply) {
                return LlmException.builder(Kind.SERVER, "a malformed call")
                        .answer(partial)
                        .build();
            }

            @Override
            public boolean amend(LlmException failure) {
                throw new AssertionError("it must not be sent again");
            }
        };
        Recorder<String> stream = Recorder.of(transport.stream(paid));
        refuse(0, 500);

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.retryable()).as("by the caller").isTrue();
        assertThat(failure.answer()).hasValue(partial);
        client.only(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"INVALID_REQUEST", "UNSUPPORTED"})
    void aRefusalByTheProviderIsMarkedAsNotSent(Kind kind) {
        LlmException refusal = new LlmException(kind, "no");

        LlmException failure = Recorder.of(transport.stream(refusing(refusal))).awaitFailure(LlmException.class);

        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure.getStackTrace()).isEqualTo(refusal.getStackTrace());
        assertThat(client.exchanges).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTHENTICATION", "CONFIGURATION"})
    void aMissingKeyIsNotMarkedAsARefusal(Kind kind) {
        LlmException missing = new LlmException(kind, "no key");

        LlmException failure = Recorder.of(transport.stream(refusing(missing))).awaitFailure(LlmException.class);

        assertThat(failure).isSameAs(missing);
        assertThat(failure.refusedBeforeSending()).isFalse();
    }

    private static LineCall refusing(LlmException refusal) {
        return new LineCall(URI.create("http://fake.test")) {
            @Override
            public HttpCall call() {
                throw refusal;
            }
        };
    }

    // ---- sending once

    @Test
    void aPolicyOfOneAttemptSendsOnce() {
        HttpTransport once = transport(RetryPolicy.none());
        Recorder.of(once.stream(call));
        client.only(0).head(200).chunk("DONE\n").complete(); // so that a connection is idle

        List<Runnable> faults = List.of(
                () -> client.last().failBeforeHead(new IOException("HTTP/1.1 header parser received no bytes")),
                () -> client.last().head(200).fail(new IOException("cut")),
                () -> client.last().head(500).complete(),
                () -> client.last().head(429, "Retry-After", "0").complete(),
                () -> client.last().head(400).complete());
        for (Runnable fault : faults) {
            int before = client.exchanges.size();
            Recorder<String> stream = Recorder.of(once.stream(new Amending(100)));

            fault.run();

            stream.awaitFailure(LlmException.class);
            assertThat(client.exchanges).hasSize(before + 1);
            assertThat(clock.pending()).isZero();
        }
    }

    // ---- replays: the server may have closed an idle connection

    @Test
    void aBrokenConnectionIsReplacedOnceWithoutDelay() {
        answerOnce();
        Recorder<String> stream = requesting(10);

        client.only(1).failBeforeHead(new IOException("HTTP/1.1 header parser received no bytes"));
        client.only(2).failBeforeHead(new IOException("HTTP/1.1 header parser received no bytes"));
        assertThat(clock.pending()).as("from now on it waits").isOne();
        endOfDelay();
        client.only(3).head(200).chunk("a\nDONE\n").complete();

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void aReplayCountsAsAnAttempt() {
        answerOnce();
        Recorder<String> stream = requesting(10);

        client.only(1).failBeforeHead(new IOException("no bytes"));
        refuse(2, 503);
        endOfDelay();
        refuse(3, 503);

        assertThat(stream.awaitFailure(LlmException.class).status()).hasValue(503);
        client.only(3);
    }

    @Test
    void withoutAnIdleConnectionNothingIsReplayed() {
        requesting(10);

        client.only(0).failBeforeHead(new IOException("no bytes"));

        client.only(0);
        assertThat(clock.pending()).isOne();
    }

    @Test
    void anIdleConnectionCountsForOneRequest() {
        answerOnce();
        requesting(10); // has taken it
        requesting(10);

        client.only(2).failBeforeHead(new IOException("no bytes"));

        client.only(2);
        assertThat(clock.pending()).isEqualTo(2); // a wait for an answer, and one for the next attempt
    }

    @Test
    void aConnectionOfAnotherOriginDoesNotCount() {
        answerOnce();
        Recorder.of(transport.stream(new LineCall(URI.create("http://fake.test:81"))));

        client.only(1).failBeforeHead(new IOException("no bytes"));

        client.only(1);
    }

    @Test
    void aConnectionThatTheServerClosesDoesNotCount() {
        Recorder.of(transport.stream(call));
        client.only(0).head(200, "Connection", "close").chunk("DONE\n").complete();
        requesting(10);

        client.only(1).failBeforeHead(new IOException("no bytes"));

        client.only(1);
    }

    @Test
    void aSlowFailureIsNotReplayed() {
        answerOnce();
        requesting(10);

        clock.advance(Duration.ofMillis(101));
        client.only(1).failBeforeHead(new IOException("no bytes"));

        client.only(1);
        assertThat(clock.pending()).isOne();
    }

    @Test
    void anIncompleteStatusLineIsNotReplayed() {
        answerOnce();
        requesting(10);

        client.only(1).failBeforeHead(new IOException("parsing HTTP/1.1 status line, receiving [HTTP/1.1 2]"));

        client.only(1);
    }

    @Test
    void aConnectionThatWasNeverMadeIsNotReplayed() {
        answerOnce();
        requesting(1);

        client.only(1).failBeforeHead(new ConnectException("refused"));

        client.only(1);
        assertThat(clock.pending()).isOne();
    }

    private void answerOnce() {
        Recorder.of(transport.stream(call));
        client.only(0).head(200).chunk("DONE\n").complete();
    }

    // ---- amendments

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anAmendedCallIsSentWithoutDelayAndIsNotCounted(int amendments) {
        Amending amending = new Amending(amendments);
        Recorder<String> stream = Recorder.of(transport(TWICE).stream(amending));
        for (int i = 0; i < amendments; i++) {
            refuse(i, 400);
        }

        client.only(amendments).head(200).chunk("a\nDONE\n").complete();
        assertThat(stream.awaitComplete()).containsExactly("a", "end");
        assertThat(amending.calls).hasValue(amendments + 1);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aCallIsAmendedFourTimesAtMost() {
        Recorder<String> stream = Recorder.of(transport(TWICE).stream(new Amending(100)));
        for (int i = 0; i < 5; i++) {
            refuse(i, 400);
        }

        assertThat(stream.awaitFailure(LlmException.class).serverMessage()).isEqualTo("refused 4");
    }

    @Test
    void nothingIsAmendedAfterTheFirstItem() {
        Recorder<String> stream = Recorder.of(transport(TWICE).stream(new Amending(100)));
        client.only(0).head(200).chunk("a\nBAD\n");

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.PROTOCOL);
        client.only(0);
    }

    private static final class Amending extends LineCall {
        private int left;

        Amending(int amendments) {
            super(URI.create("http://fake.test"));
            left = amendments;
        }

        @Override
        public boolean amend(LlmException failure) {
            return left-- > 0;
        }
    }

    // ---- errors of the provider

    @Test
    void aProviderThatThrowsInDescribeKeepsTheFailure() {
        LineCall broken = new LineCall(URI.create("http://fake.test")) {
            @Override
            public LlmException describe(LlmException failure) {
                throw new IllegalStateException("a defect of the provider");
            }
        };
        Recorder<String> stream = Recorder.of(transport.stream(broken));
        refuse(0, 400);

        assertThat(stream.awaitFailure()).isInstanceOf(LlmException.class);
    }
}
