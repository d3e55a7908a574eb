package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolResult;
import dev.postern.json.JsonObject;
import dev.postern.testkit.project.CapturedLog;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void aStreamThatIsOpenedWhileTheConnectionIsReplacedIsClosed() {
        Session session = new Session(settings, () -> {});
        JsonObject offered = JsonObject.of(Map.of("tools", Map.of("listChanged", true)));
        session.established(new Protocol("2025-11-25"), offered, new McpServerInfo("", "", "", ""));
        server.whenListening = session::retire;

        session.listen(false);

        Calls.await(server.stopped);
    }

    @Test
    void aCallAfterTheDeadlineIsNotSent() {
        Handshake handshake = new Handshake(settings, () -> {});
        CallContext late = CallContext.builder().within(Duration.ZERO).build();
        CompletableFuture<ToolResult> result = new ToolCallRun(
                        settings, new ScopedSessions(settings, handshake), "t", Map.of(), ParamHeaders.NONE, late)
                .begin();

        assertThat(result)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("the time was over before the tool was called; it did not run");
        assertThat(server.sent).isEmpty();
    }

    @Test
    void messagesWithoutAnAnswerWaitForTheirTurnUpToABound() {
        PostLane lane = new PostLane(1, 1);
        CompletableFuture<Boolean> first = new CompletableFuture<>();
        AtomicBoolean secondIsSent = new AtomicBoolean();

        CompletableFuture<Boolean> one = lane.post(() -> first);
        CompletableFuture<Boolean> two = lane.post(() -> {
            secondIsSent.set(true);
            return CompletableFuture.completedFuture(true);
        });

        assertThat(lane.post(() -> first)).isCompletedWithValue(false); // there is no room
        assertThat(secondIsSent).isFalse();
        first.complete(true);
        assertThat(one).isCompletedWithValue(true);
        assertThat(two).isCompletedWithValue(true);
        assertThat(lane.post(() -> CompletableFuture.completedFuture(true))).isCompletedWithValue(true);
    }

    @Test
    void aSecretThatComesInTwoPartsIsNotLogged() {
        StdioEndpoint process = new StdioEndpoint("srv", List.of("any"), Map.of("KEY", "secret-value"), null, 1024, 10);
        InputStream parts = new SequenceInputStream(stream("key=secret-"), stream("value\nkey=secr"));
        StderrTail tail = new StderrTail(process, new SequenceInputStream(parts, stream("et-value")));
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp")) {
            tail.run();

            assertThat(log.messages())
                    .containsOnly("the MCP server 'srv' wrote to its log: key=***")
                    .hasSize(2);
            assertThat(tail.tail()).isEqualTo("'key=***'");
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
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
