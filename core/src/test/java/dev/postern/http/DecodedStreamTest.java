package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.flow.Dispatcher;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One exchange, signal by signal, on one thread, with a fake client and clock. */
@Timeout(60)
class DecodedStreamTest {
    private final ManualTimer clock = new ManualTimer();
    private final FakeHttpClient client = new FakeHttpClient();
    private final HttpTransport transport = HttpTransport.builder()
            .httpClient(client)
            .timer(clock)
            .retries(RetryPolicy.none())
            .maxErrorBytes(10)
            .build();
    private final LineCall call = new LineCall(URI.create("http://fake.test/path"));

    private Recorder<String> requesting(long n) {
        return Recorder.<String>requesting(n).on(transport.stream(call));
    }

    private FakeHttpClient.Exchange exchange() {
        return client.last();
    }

    // ---- the invariant: request a chunk only when no item is ready and the subscriber wants one

    @Test
    void nothingIsReadWithoutDemand() {
        Recorder<String> stream = requesting(0);
        exchange().head(200);
        assertThat(exchange().asked).hasValue(0);

        stream.request(1);
        assertThat(exchange().asked).hasValue(1);
    }

    @Test
    void aChunkIsRequestedWhenAllItemsAreDelivered() {
        Recorder<String> stream = requesting(1);
        exchange().head(200);
        assertThat(exchange().asked).hasValue(1);

        exchange().chunk("a\nb\nc\n");
        assertThat(stream.items()).containsExactly("a");
        stream.request(1);
        stream.request(1);
        assertThat(stream.items()).containsExactly("a", "b", "c");
        assertThat(exchange().asked).hasValue(1);

        stream.request(1);
        assertThat(exchange().asked).hasValue(2);
        stream.request(5);
        assertThat(exchange().asked).as("one at a time").hasValue(2);
    }

    @Test
    void aChunkWithoutItemsUsesUpNoDemand() {
        Recorder<String> stream = requesting(1);
        exchange().head(200);
        for (int chunks = 1; chunks <= 100; chunks++) {
            assertThat(exchange().asked).hasValue(chunks);
            exchange().chunk("# still here\n");
        }
        exchange().chunk("a\n");

        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().asked).hasValue(101);
    }

    @Test
    void aChunkMayConsistOfSeveralBuffers() {
        Recorder<String> stream = requesting(10);
        exchange().head(200);

        exchange().chunk(buffer("a"), buffer("b\nc"), buffer(""), buffer("\n"));

        assertThat(stream.items()).containsExactly("ab", "c");
    }

    @Test
    void aSynchronousBodyDoesNotRecurse() {
        Recorder<String> stream = requesting(0);
        exchange().head(200);
        int chunks = 100_000;
        exchange().whenAsked = () -> {
            if (exchange().asked.get() <= chunks) {
                exchange().chunk("a\n");
            } else {
                exchange().chunk("DONE\n");
            }
        };

        stream.request(Long.MAX_VALUE);

        assertThat(stream.awaitComplete()).hasSize(chunks + 1);
    }

    @Test
    void aRequestInsideOnNextDoesNotRecurse() {
        List<String> items = new ArrayList<>();
        int[] depth = {0};
        transport.stream(call).subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription s) {
                subscription = s;
                s.request(1);
            }

            @Override
            public void onNext(String item) {
                assertThat(++depth[0]).isOne();
                items.add(item);
                subscription.request(1);
                depth[0]--;
            }

            @Override
            public void onError(Throwable thrown) {
                throw new AssertionError(thrown);
            }

            @Override
            public void onComplete() {}
        });
        exchange().head(200).chunk("a\n".repeat(50_000));

        assertThat(items).hasSize(50_000);
    }

    // ---- ends

    @Test
    void itemsComeBeforeTheEnd() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nb\nANSWERED\n");
        exchange().complete();
        assertThat(stream.items()).containsExactly("a");
        assertThat(stream.isOver()).isFalse();

        stream.request(1);
        assertThat(stream.isOver()).isFalse();
        stream.request(1);

        assertThat(stream.awaitComplete()).containsExactly("a", "b", "end");
    }

    @Test
    void itemsComeBeforeTheFailure() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nb\n");
        exchange().fail(new IOException("cut"));
        assertThat(stream.isOver()).isFalse();

        stream.request(1);

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly("a", "b");
    }

    @Test
    void theEndNeedsNoDemand() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nDONE\n");
        stream.request(1); // for the last item that the end gives

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void anEndBeforeTheAnswerIsAFailure() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nunfinished");
        exchange().complete();

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly("a");
    }

    @Test
    void aCutAfterTheAnswerIsASuccess() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nANSWERED\n");
        exchange().fail(new IOException("chunked transfer encoding, state: READING_LENGTH"));

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void bytesAfterTheEndMarkAreReadAndIgnored() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nDONE\nb\n");
        assertThat(stream.awaitComplete()).containsExactly("a", "end");
        assertThat(exchange().asked).hasValueGreaterThan(1000);

        exchange().chunk("c\n").complete();

        stream.assertNoViolations();
        assertThat(exchange().isClosed()).isFalse();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aConnectionThatDoesNotEndAfterTheEndMarkIsClosed() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nDONE\n");
        stream.awaitComplete();
        assertThat(exchange().isClosed()).isFalse();

        clock.advance(Duration.ofSeconds(1));

        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 10})
    void aServerThatSendsMoreAfterTheEndMarkIsDisconnected(long demand) {
        requesting(demand);
        exchange().head(200).chunk("a\nb\nDONE\n");

        for (int i = 0; i < 20; i++) {
            exchange().chunk("# and another thing\n");
            clock.advance(Duration.ofMillis(100));
        }

        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void cancellingAfterTheEndLeavesTheConnectionOpen() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("DONE\n");
        stream.awaitComplete();

        stream.cancel();

        assertThat(exchange().isClosed()).isFalse();
    }

    @Test
    void signalsAfterACancelAreDropped() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nb\n");

        stream.cancel();
        stream.request(5);
        exchange().chunk("c\n").fail(new IOException("closed by us"));

        assertThat(exchange().isClosed()).isTrue();
        assertThat(stream.items()).containsExactly("a");
        assertThat(stream.isOver()).isFalse();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aCancelBeforeTheHeadReachesTheClientOnce() {
        Recorder<String> stream = requesting(1);

        stream.cancel();
        stream.cancel();
        transport.close();

        assertThat(exchange().response.isCancelled()).isTrue();
        assertThat(exchange().cancels).hasValue(1);
    }

    @Test
    void aCancelAfterTheHeadReachesTheClientOnce() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\n");

        stream.cancel();
        stream.cancel();
        transport.close();

        assertThat(exchange().cancelled).isTrue();
        assertThat(exchange().cancels).hasValue(1);
    }

    @Test
    void aCancelInsideOnNextEndsTheStream() {
        Recorder<String> stream = Recorder.unbounded();
        stream.onEach(item -> stream.cancel()).on(transport.stream(call));

        exchange().head(200).chunk("a\nb\n");

        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().isClosed()).isTrue();
    }

    /** Without the relay, which would drop the items as well. */
    @Test
    void nothingIsDeliveredAfterACancel() {
        Recorder<String> stream = Recorder.unbounded();
        stream.onEach(item -> stream.cancel());
        new DecodedStream<>(
                        transport,
                        Dispatcher.shared(),
                        call,
                        new DecodedStream.Limits(0, false, new AtomicLong(ExchangeTimeouts.ERROR_BODY_NANOS)),
                        stream,
                        false,
                        null)
                .open();

        exchange().head(200).chunk("a\nb\nDONE\n").complete();

        assertThat(stream.items()).containsExactly("a");
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void aCancelInsideOnSubscribeSendsNothing() {
        transport.stream(call).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.cancel();
            }

            @Override
            public void onNext(String item) {
                throw new AssertionError();
            }

            @Override
            public void onError(Throwable thrown) {
                throw new AssertionError(thrown);
            }

            @Override
            public void onComplete() {
                throw new AssertionError();
            }
        });

        assertThat(client.exchanges).isEmpty();
        assertThat(call.calls).hasValue(0);
        assertThat(clock.pending()).isZero();
    }

    // ---- a body that begins after the end

    @Test
    void aBodyThatBeginsAfterTheTimeoutIsClosed() {
        call.timeouts(LineCall.PATIENT.withResponseStart(Duration.ofSeconds(5)));
        Recorder<String> stream = requesting(1);
        var late = exchange();
        var body = late.begin(200); // the future is done, so cancelling it closes nothing any more
        clock.advance(Duration.ofSeconds(5));
        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);

        body.onSubscribe(late);

        assertThat(late.cancelled).isTrue();
    }

    @Test
    void aBodyThatBeginsAfterTheCancelIsClosed() {
        Recorder<String> stream = requesting(1);
        var late = exchange();
        var body = late.begin(200);
        stream.cancel();

        body.onSubscribe(late);

        assertThat(late.cancelled).isTrue();
    }

    /** Forces the race: the stream has looked for a body to cancel and found none. */
    @Test
    void aBodyThatBeginsDuringTheTimeoutIsClosed() {
        call.timeouts(LineCall.PATIENT.withResponseStart(Duration.ofSeconds(5)));
        requesting(1);
        var late = exchange();
        var body = late.apply(200, Map.of());
        var unused = late.response.whenComplete((done, thrown) -> body.onSubscribe(late));

        clock.advance(Duration.ofSeconds(5));

        assertThat(late.cancelled).isTrue();
    }

    /** Forces the race: at the cancel, there was no exchange that could be closed. */
    @Test
    void aCancelWhileTheRequestIsBeingSentClosesTheExchange() {
        Recorder<String> stream = Recorder.requesting(1);
        FakeHttpClient cancelling = new FakeHttpClient(exchange -> stream.cancel());

        stream.on(HttpTransport.builder().httpClient(cancelling).timer(clock).build().stream(call));

        assertThat(cancelling.only(0).isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void closingTheTransportWhileTheRequestIsBeingSentClosesTheExchange() {
        AtomicReference<HttpTransport> closing = new AtomicReference<>();
        FakeHttpClient client = new FakeHttpClient(exchange -> closing.get().close());
        closing.set(HttpTransport.builder().httpClient(client).timer(clock).build());

        Recorder<String> stream = Recorder.of(closing.get().stream(call));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(client.only(0).isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    // ---- errors of the subscriber

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aRequestForZeroIsAFailure(long n) {
        Recorder<String> stream = requesting(0);
        exchange().head(200);

        stream.request(n);

        assertThat(stream.awaitFailure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("request(" + n + ")")
                .hasMessageContaining("§3.9");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aRequestForZeroIsAFailureEvenAfterTheWholeBody() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nb\nANSWERED\n");
        exchange().complete();

        stream.request(0);

        assertThat(stream.awaitFailure()).isInstanceOf(IllegalArgumentException.class);
        assertThat(stream.items()).containsExactly("a");
    }

    @Test
    void aRequestForZeroInsideOnSubscribeSendsNothing() {
        Recorder<String> stream = Recorder.requesting(0);
        transport.stream(call).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                stream.onSubscribe(subscription);
                subscription.request(0);
            }

            @Override
            public void onNext(String item) {
                stream.onNext(item);
            }

            @Override
            public void onError(Throwable thrown) {
                stream.onError(thrown);
            }

            @Override
            public void onComplete() {
                stream.onComplete();
            }
        });

        assertThat(stream.awaitFailure()).isInstanceOf(IllegalArgumentException.class);
        assertThat(client.exchanges).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aSubscriberThatThrowsGetsTheFailureOnce() {
        IllegalStateException thrown = new IllegalStateException("the subscriber's own");
        Recorder<String> stream = Recorder.<String>unbounded()
                .onEach(item -> {
                    throw thrown;
                })
                .on(transport.stream(call));

        exchange().head(200).chunk("a\nb\n");
        exchange().fail(new IOException("closed by us"));

        assertThat(stream.awaitFailure()).isSameAs(thrown);
        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aSubscriberThatThrowsAnErrorGetsItOnce() {
        Recorder<String> stream = Recorder.<String>unbounded()
                .onEach(item -> {
                    throw new StackOverflowError();
                })
                .on(transport.stream(call));

        exchange().head(200).chunk("a\n");

        assertThat(stream.awaitFailure()).isInstanceOf(StackOverflowError.class);
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void aSubscriberMayNotBeNull() {
        assertThatThrownBy(() -> transport.stream(call).subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    // ---- errors of the provider

    @Test
    void aDecoderThatThrowsIsAProtocolFailureAfterTheItems() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nBAD\nb\n");

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("a bad line").hasMessageContaining("http://fake.test/path");
        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void anErrorOfTheVirtualMachineIsSignalledUnchanged() {
        List<VirtualMachineError> errors = List.of(new StackOverflowError(), new OutOfMemoryError("Java heap space"));
        for (VirtualMachineError error : errors) {
            Recorder<String> stream = requesting(10);
            call.decoder(head -> new Failing(() -> {
                throw error;
            }));
            exchange().head(200).chunk("a\n");

            assertThat(stream.awaitFailure()).isSameAs(error);
            assertThat(exchange().isClosed()).isTrue();
            assertThat(clock.pending()).isZero();
        }
    }

    @Test
    void anErrorOfTheVirtualMachineInTheClientIsSignalledUnchanged() {
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");
        Recorder<String> stream = requesting(10);
        exchange().failBeforeHead(new CompletionException(new IOException("selector failed", error)));
        assertThat(stream.awaitFailure()).isSameAs(error);

        Recorder<String> cut = requesting(10);
        exchange().head(200).fail(new IOException("selector failed", error));
        assertThat(cut.awaitFailure()).isSameAs(error);
    }

    @Test
    void aMissingClassIsNotReportedAsAnErrorOfTheServer() {
        Recorder<String> stream = requesting(10);
        call.decoder(head -> new Failing(() -> {
            throw new NoClassDefFoundError("tools/jackson/core/JsonFactory");
        }));
        exchange().head(200).chunk("a\n");

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageContaining("a defect of this library");
    }

    @Test
    void aDecoderThatCannotBeMadeIsAFailure() {
        LlmException refused = new LlmException(Kind.PROTOCOL, "not my media type");
        Recorder<String> stream = requesting(0);
        call.decoder(head -> {
            throw refused;
        });

        exchange().head(200);

        assertThat(stream.awaitFailure()).isSameAs(refused);
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aRequestThatCannotBeMadeIsAFailure() {
        LlmException noKey = new LlmException(Kind.CONFIGURATION, "no key");
        LineCall broken = new LineCall(URI.create("http://fake.test")) {
            @Override
            public HttpCall call() {
                throw noKey;
            }
        };

        assertThat(Recorder.of(transport.stream(broken)).awaitFailure()).hasMessage("no key");
        assertThat(client.exchanges).isEmpty();
    }

    // ---- answers that are errors

    @Test
    void anErrorIsReadWithoutDemand() {
        Recorder<String> stream = requesting(0);
        exchange().head(500).chunk("oops");
        exchange().complete();

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.serverMessage()).isEqualTo("oops");
        assertThat(failure.status()).hasValue(500);
        assertThat(call.decoders).hasValue(0);
        assertThat(clock.pending()).as("nothing keeps the body alive").isZero();
    }

    @Test
    void aLargeErrorIsCutAndClosed() {
        Recorder<String> stream = requesting(0);
        exchange().head(500).chunk("01234").chunk("56789abc");

        assertThat(stream.awaitFailure(LlmException.class).serverMessage()).isEqualTo("0123456789");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void anErrorWhoseBodyIsCutKeepsItsStatus() {
        Recorder<String> stream = requesting(0);
        exchange().head(500).chunk("oop").fail(new IOException("cut"));

        assertThat(stream.awaitFailure(LlmException.class).serverMessage()).isEqualTo("oop");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void anErrorWhoseBodyStallsKeepsItsStatus() {
        Recorder<String> stream = requesting(0);
        exchange().head(500).chunk("oop");

        clock.advance(Duration.ofSeconds(2));

        assertThat(stream.awaitFailure(LlmException.class).serverMessage()).isEqualTo("oop");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    /** A body of one byte per 200 ms delayed a status 500 for more than 25 seconds. */
    @Test
    void anErrorWhoseBodyIsSlowEndsAfterTwoSeconds() {
        Recorder<String> stream = requesting(0);
        exchange().head(500);
        for (int i = 0; i < 9; i++) {
            clock.advance(Duration.ofMillis(200));
            exchange().chunk("x");
        }
        clock.advance(Duration.ofMillis(199));
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofMillis(1));

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.status()).hasValue(500);
        assertThat(failure.serverMessage()).isEqualTo("xxxxxxxxx");
        assertThat(exchange().isClosed()).isTrue();
    }

    // ---- time

    @Test
    void aServerThatDoesNotAnswerIsATimeout() {
        call.timeouts(LineCall.PATIENT.withResponseStart(Duration.ofSeconds(90)));
        Recorder<String> stream = requesting(0);
        clock.advance(Duration.ofSeconds(89));
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofSeconds(1));

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("No answer from http://fake.test/path within 1 min 30 s");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void aServerThatStopsSendingIsATimeout() {
        call.timeouts(LineCall.PATIENT.withIdle(Duration.ofSeconds(60)));
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\n");
        clock.advance(Duration.ofSeconds(59));
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofSeconds(1));

        assertThat(stream.awaitFailure(LlmException.class)).hasMessageContaining("No byte from");
        assertThat(stream.items()).containsExactly("a");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void aCommentRestartsTheIdleTimeout() {
        call.timeouts(LineCall.PATIENT.withIdle(Duration.ofSeconds(60)));
        Recorder<String> stream = requesting(10);
        exchange().head(200);
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofSeconds(59));
            exchange().chunk(i % 2 == 0 ? "# ping\n" : "#");
        }

        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void timeWithoutDemandIsNotCounted() {
        call.timeouts(LineCall.PATIENT.withIdle(Duration.ofSeconds(60)));
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nb\n");
        clock.advance(Duration.ofDays(1));
        stream.request(1);
        clock.advance(Duration.ofDays(1));
        assertThat(stream.items()).containsExactly("a", "b");

        stream.request(1);
        clock.advance(Duration.ofSeconds(59));
        assertThat(stream.isOver()).isFalse();
        clock.advance(Duration.ofSeconds(1));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void theTotalTimeoutEndsTheCall() {
        call.timeouts(LineCall.PATIENT.withTotal(Duration.ofMinutes(10)));
        Recorder<String> stream = requesting(Long.MAX_VALUE);
        exchange().head(200);
        for (int i = 0; i < 30; i++) {
            exchange().chunk("a\n");
            clock.advance(Duration.ofSeconds(19));
        }
        assertThat(stream.isOver()).isFalse();

        exchange().chunk("a\n");
        clock.advance(Duration.ofSeconds(29));
        assertThat(stream.isOver()).isFalse();
        exchange().chunk("a\n");
        clock.advance(Duration.ofSeconds(1));

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("total timeout of 10 min");
        assertThat(exchange().isClosed()).isTrue();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void theTotalTimeoutEndsTheCallWithoutDemand() {
        call.timeouts(LineCall.PATIENT.withTotal(Duration.ofMinutes(10)));
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\n");

        clock.advance(Duration.ofMinutes(10));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void silenceAfterTheAnswerCompletesIt() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nANSWERED\n");
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofSeconds(10));

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
        assertThat(exchange().isClosed()).isTrue();
    }

    /** Comments after a finish reason prevented the completion of an answer. */
    @Test
    void commentsAfterTheAnswerDoNotKeepItOpen() {
        Recorder<String> stream = requesting(10);
        exchange().head(200).chunk("a\nANSWERED\n");
        for (int i = 0; i < 9; i++) {
            clock.advance(Duration.ofSeconds(1));
            exchange().chunk("# still here\n");
        }
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofSeconds(1));

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
        assertThat(exchange().isClosed()).isTrue();
    }

    @Test
    void timeWithoutDemandIsNotCountedAfterTheAnswer() {
        Recorder<String> stream = requesting(1);
        exchange().head(200).chunk("a\nANSWERED\n");
        clock.advance(Duration.ofMinutes(1));

        stream.request(1);
        clock.advance(Duration.ofSeconds(9));
        exchange().chunk("DONE\n");

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    @Test
    void zeroMeansNoLimit() {
        call.timeouts(new Timeouts(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                Duration.ZERO));
        Recorder<String> stream = requesting(10);
        clock.advance(Duration.ofDays(1));
        exchange().head(200);
        clock.advance(Duration.ofDays(1));

        exchange().chunk("a\n");

        assertThat(stream.items()).containsExactly("a");
    }

    @Test
    void hugeLimitsDoNotOverflow() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        call.timeouts(new Timeouts(forever, forever, forever, Duration.ofMinutes(10), Duration.ofMinutes(5), forever));
        Recorder<String> stream = requesting(10);
        exchange().head(200);
        clock.advance(Duration.ofDays(1));
        exchange().chunk("a\nDONE\n");

        assertThat(stream.awaitComplete()).containsExactly("a", "end");
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8)).asReadOnlyBuffer();
    }

    /** Fails at the first byte. */
    private record Failing(Runnable failing) implements Decoder<String> {
        @Override
        public void decode(ByteBuffer bytes, Consumer<? super String> out) {
            failing.run();
        }

        @Override
        public void end(Consumer<? super String> out) {}

        @Override
        public Phase phase() {
            return Phase.OPEN;
        }
    }
}
