package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The part of {@link ProviderContract} on whole answers, streams and back-pressure. Extend that class. */
public abstract sealed class AnswerContract extends ContractFixture permits ConnectionContract {
    private static final long MEGABYTE = 1 << 20;

    /** For the next part. */
    AnswerContract() {}

    @Test
    void theCollectedStreamEqualsTheWholeAnswer() throws Exception {
        ScriptedServer server = server(
                exchange -> answer("Hello, world").to(exchange), exchange -> stream(exchange, "Hello", ", ", "world"));
        LlmProvider provider = patient(server);

        CompletionResponse whole = provider.completions(request());
        CompletionResponse folded =
                CompletionCollector.collect(provider.stream(request())).get(30, TimeUnit.SECONDS);

        assertThat(whole.content()).isEqualTo("Hello, world");
        assertThat(folded).isEqualTo(whole);
    }

    @Test
    void aStreamHasTextThenOneStopThenAtMostOneUsage() {
        ScriptedServer server = server(exchange -> stream(exchange, "a", "b"));

        List<StreamEvent> events =
                Recorder.of(patient(server).stream(request())).awaitComplete();

        assertThat(events.subList(0, 2)).containsExactly(new ContentDelta("a"), new ContentDelta("b"));
        assertThat(events.get(2)).isInstanceOf(StreamEvent.MessageStop.class);
        assertThat(events.subList(3, events.size()))
                .hasSizeLessThan(2)
                .allMatch(StreamEvent.UsageReported.class::isInstance);
    }

    @Test
    void noRequestIsSentWithoutASubscription() {
        ScriptedServer server = server(exchange -> answer("first").to(exchange));
        LlmProvider provider = patient(server);

        var unused = provider.stream(request());
        provider.completions(request());

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void eachSubscriptionSendsItsOwnRequest() {
        ScriptedServer server = server(exchange -> stream(exchange, "one"), exchange -> stream(exchange, "two"));
        var stream = patient(server).stream(request());

        assertThat(Recorder.of(stream).awaitComplete()).startsWith(new ContentDelta("one"));
        assertThat(Recorder.of(stream).awaitComplete()).startsWith(new ContentDelta("two"));
        assertThat(server.requests()).hasSize(2);
    }

    /** A gateway calls only {@code healthAsync}, so a {@code health} of a provider's own would be ignored there. */
    @Test
    void healthAndHealthAsyncAgree() throws Exception {
        LlmProvider provider = patient(server(exchange -> error(401, "refused").to(exchange)));

        Class<?> blocking = provider.getClass().getMethod("health").getDeclaringClass();
        Class<?> async = provider.getClass().getMethod("healthAsync").getDeclaringClass();

        assertThat(blocking.isAssignableFrom(async))
                .as("the class that overrides health() must override healthAsync()")
                .isTrue();
        assertThat(provider.health().up())
                .isEqualTo(provider.healthAsync().get(30, TimeUnit.SECONDS).up());
    }

    @Test
    void aDemandOfOneYieldsOne() {
        ScriptedServer server = server(exchange -> stream(exchange, "a", "b", "c"));
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(0).on(patient(server).stream(request()));

        for (int item = 1; item <= 4; item++) {
            stream.request(1);
            stream.awaitItems(item); // an additional item is recorded as a violation
        }
        stream.request(1);

        stream.awaitComplete();
    }

    @Test
    void aSlowSubscriberCausesBackPressure() {
        byte[] piece = delta("x".repeat(16 << 10));
        ScriptedServer server = server(exchange -> {
            exchange.head(200, "Content-Type: " + streamType()).send(opening());
            exchange.flood(piece, 64 * MEGABYTE);
        });
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(1).on(patient(server).stream(request()));

        for (int item = 1; item <= 20; item++) {
            stream.awaitItems(item);
            stream.request(1);
        }
        awaitStandstill(server.exchange(0));

        assertThat(server.exchange(0).written()).isLessThan(16 * MEGABYTE);
        stream.cancel();
        server.exchange(0).awaitPeerClosed();
        stream.assertNoViolations();
    }

    /** Waits until the server could not write for some time. */
    private static void awaitStandstill(WireExchange exchange) {
        for (long before = -1, now; (now = exchange.written()) != before; before = now) {
            try {
                exchange.peerClosed().get(200, TimeUnit.MILLISECONDS);
                throw new AssertionError("the client closed the connection");
            } catch (TimeoutException e) {
                // expected
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }
}
