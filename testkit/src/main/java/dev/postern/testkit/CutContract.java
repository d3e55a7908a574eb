package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.http.RetryPolicy;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link ProviderContract} on cuts, silence and retries. Extend that class. */
public abstract sealed class CutContract extends ConnectionContract permits ErrorContract {
    /** For the next part. */
    CutContract() {}

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "until close", "reset"})
    void aCutStreamFailsAsIncompleteAfterItsItems(String how) {
        CountDownLatch seen = new CountDownLatch(2);
        ScriptedServer server = server(exchange -> {
            if (how.equals("until close")) {
                exchange.head(200, "Content-Type: " + streamType(), "Connection: close");
                exchange.send(opening()).send(delta("a")).send(delta("b")).close();
            } else {
                openStream(exchange, "a", "b");
                if (how.equals("reset")) {
                    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue(); // a reset can overtake sent data
                    exchange.reset();
                } else {
                    exchange.close();
                }
            }
        });
        LlmProvider provider = provider(server, PATIENT, RETRIES);

        Recorder<StreamEvent> stream = Recorder.<StreamEvent>unbounded()
                .onEach(item -> seen.countDown())
                .on(provider.stream(request()));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(stream.items()).containsExactly(new ContentDelta("a"), new ContentDelta("b"));
        assertThat(server.requests()).as("no retry after the first event").hasSize(1);
    }

    @Test
    void aCutAnswerFailsAsIncomplete() {
        byte[] body = answer("Hello").body();
        ScriptedServer server = server(exchange -> exchange.head(
                        200, "Content-Type: " + answer("").mediaType(), "Content-Length: " + body.length)
                .send(Arrays.copyOf(body, body.length - 1))
                .close());

        assertThat(failure(patient(server)).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
    }

    @Test
    void silenceBeforeTheAnswerFailsWithATimeout() {
        ScriptedServer server = server(WireExchange::hold);
        LlmProvider provider = provider(server, PATIENT.withResponseStart(SHORT), RetryPolicy.none());

        assertThat(failure(provider).kind()).isEqualTo(Kind.TIMEOUT);
        assertClosedSoon(server.exchange(0));

        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertClosedSoon(server.exchange(1));
    }

    @Test
    void silenceDuringAStreamFailsWithATimeout() {
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "a");
            exchange.hold();
        });
        LlmProvider provider = provider(server, PATIENT.withIdle(SHORT), RETRIES);

        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(stream.items()).containsExactly(new ContentDelta("a"));
        assertClosedSoon(server.exchange(0));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aStreamIsRetriedBeforeItsFirstEvent() {
        ScriptedServer server = server(
                exchange -> error(503, "Busy.").to(exchange),
                exchange -> {
                    exchange.beginChunked(200, streamType()).chunk(opening());
                    exchange.close();
                },
                exchange -> stream(exchange, "a"));
        Recorder<StreamEvent> stream =
                Recorder.<StreamEvent>requesting(1).on(provider(server, PATIENT, RETRIES).stream(request()));

        assertThat(stream.awaitItems(1)).containsExactly(new ContentDelta("a"));
        stream.request(Long.MAX_VALUE);
        stream.awaitComplete();
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void anAnswerIsRetried() {
        ScriptedServer server = server(
                exchange -> error(503, "Busy.").to(exchange),
                exchange -> answer("ok").to(exchange));

        assertThat(provider(server, PATIENT, RETRIES).completions(request()).content())
                .isEqualTo("ok");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRefusedKeyIsNotRetried() {
        ScriptedServer server = server(exchange -> error(401, "No.").to(exchange));

        assertThat(failure(provider(server, PATIENT, RETRIES)).kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(server.requests()).hasSize(1);
    }
}
