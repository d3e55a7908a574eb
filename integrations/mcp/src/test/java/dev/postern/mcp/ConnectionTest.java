package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The order of what happens to a connection. */
class ConnectionTest {
    private final SilentEndpoint server = new SilentEndpoint();
    private final McpSettings settings = SettingsOf.endpoint(server);

    private static void assertClosed(CompletableFuture<?> waiting) {
        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .asInstanceOf(InstanceOfAssertFactories.type(LlmException.class))
                .extracting(LlmException::kind)
                .isEqualTo(Kind.CANCELLED);
    }

    @Test
    void closingDuringTheHandshakeEndsIt() {
        Handshake handshake = new Handshake(settings, () -> {});
        SessionHolder holder = new SessionHolder("srv", handshake::connect);
        CompletableFuture<Session> waiting = holder.get();
        assertThat(server.sent).extracting(Pending::method).containsExactly(Protocol.DISCOVER);

        holder.close();

        assertClosed(waiting);
        Calls.await(server.closed);
        assertThat(server.sent).hasSize(1); // no other protocol is tried
    }

    @Test
    void aConnectionThatIsReadyAfterTheCloseIsClosedAndNotUsed() {
        CompletableFuture<Session> connecting = new CompletableFuture<>();
        SessionHolder holder = new SessionHolder("srv", opening -> connecting);
        CompletableFuture<Session> waiting = holder.get();

        holder.close();
        connecting.complete(new Session(settings, () -> {}));

        assertClosed(waiting);
        Calls.await(server.closed);
    }

    @RepeatedTest(50)
    void anAnswerThatHasArrivedIsNotReplacedByTheEndOfTheConnection() throws Exception {
        Session session = new Session(settings, () -> {});
        Pending request = session.request("any", Map.of(), Pending.Options.unlimited());
        Pending other = session.request("other", Map.of(), Pending.Options.unlimited());
        byte[] answer = ("{\"id\":" + request.id() + ",\"result\":{\"a\":1}}").getBytes(StandardCharsets.UTF_8);

        session.received(Incoming.read(answer, 0, answer.length));
        session.lost(new LlmException(Kind.CONNECTION, "lost on purpose"));

        assertThat(request.answer().get(30, TimeUnit.SECONDS).integer("a", 0)).isEqualTo(1);
        assertThat(other.answer()).isCompletedExceptionally();
    }

    @Test
    void aProcessThatEndsIsNotUsedWhileTheReasonIsLookedFor() {
        List<String> told = new CopyOnWriteArrayList<>();
        CountDownLatch lost = new CountDownLatch(1);
        Link.Events events = new Link.Events() {
            @Override
            public void received(Incoming message) {}

            @Override
            public void lost(LlmException failure) {
                told.add("lost");
                lost.countDown();
            }

            @Override
            public void expired() {
                told.add("expired");
            }
        };
        StdioEndpoint process = new StdioEndpoint("srv", StdioScript.command("older-strict"), Map.of(), null, 1024, 10);
        Link link = process.open(events);

        var unused = link.post(Protocol.notification(Protocol.DISCOVER, Map.of())); // it exits
        Calls.await(lost);

        assertThat(told).containsExactly("expired", "lost");
        link.close();
    }
}
