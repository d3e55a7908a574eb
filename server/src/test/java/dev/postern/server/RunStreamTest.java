package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentsBuilder;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that come back to a run of an agent. */
class RunStreamTest {
    private static final String HI = "{\"message\":\"hi\",\"session_id\":\"s1\"}";
    private static final String STREAM = "/api/v1/agents/helper/sessions/s1/stream";

    private final FakeBackend main = new FakeBackend("main");
    private final TestServer served = TestServer.withAgents(
            Limits.defaults().withSilence(Duration.ofSeconds(5), Duration.ofSeconds(5)), this::declare, main);

    private void declare(AgentsBuilder agents) {
        agents.spec(AgentSpec.builder("helper").build());
    }

    @AfterEach
    void close() {
        served.close();
    }

    private RawClient begin() throws IOException {
        RawClient client = served.client().request("POST", "/api/v1/agents/helper/chat/stream", HI);
        client.headers();
        return client;
    }

    private RawClient comeBack() throws IOException {
        RawClient client = served.client().request("GET", STREAM, "");
        client.headers();
        return client;
    }

    private static String next(RawClient client) throws IOException {
        for (; ; ) {
            String line = client.line();
            if (line.startsWith("data: ")) {
                JsonObject event = Json.object(line.substring("data: ".length()));
                return event.text("type") + (event.has("content") ? " " + event.text("content") : "");
            }
        }
    }

    /** The events until one of these, which is included. */
    private static List<String> until(RawClient client, String last) throws IOException {
        List<String> events = new ArrayList<>();
        do {
            events.add(next(client));
        } while (!events.get(events.size() - 1).equals(last));
        return events;
    }

    @Test
    void aClientThatLostItsConnectionGetsWhatItMissedAndThenTheRest() throws IOException {
        FakeBackend.OpenStream stream;
        try (RawClient client = begin()) {
            stream = main.stream().emit("one");
            assertThat(until(client, "token one")).containsExactly("stream_start", "token one");
        }
        stream.emit("two"); // there is demand without a client

        try (RawClient back = comeBack()) {
            assertThat(until(back, "token two")).containsExactly("stream_start", "token one", "token two");
            stream.emit("three");
            assertThat(next(back)).isEqualTo("token three");
            stream.emit(FakeBackend.stop()).complete();
            assertThat(next(back)).isEqualTo("done");
        }
        assertThat(stream.cancelled).isNotDone();
        assertThat(main.requests).as("the run was not begun again").hasSize(1);
    }

    @Test
    void severalClientsWatchOneRunAndItsEventsAreThereAfterItsEnd() throws IOException {
        try (RawClient client = begin();
                RawClient second = comeBack()) {
            main.stream().emit("one").emit(FakeBackend.stop()).complete();

            List<String> all = List.of("stream_start", "token one", "done");
            assertThat(until(client, "done")).isEqualTo(all);
            assertThat(until(second, "done")).isEqualTo(all);
            RawClient.Answer later = served.get(STREAM);
            assertThat(later.status()).isEqualTo(200);
            assertThat(later.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(later.whole()).isTrue();
            assertThat(later.body()).contains("\"type\":\"stream_start\"", "\"type\":\"done\"");
        }
    }

    @Test
    void aClientThatReadsNothingDoesNotSlowTheRunDownAndIsTold() throws Exception {
        int pieces = 300;
        String piece = "x".repeat(100_000);
        try (RawClient silent = begin()) {
            FakeBackend.OpenStream stream = main.stream();
            for (int i = 0; i < pieces; i++) { // more than sockets and the buffer hold
                stream.emit(piece);
            }
            stream.emit(FakeBackend.stop()).complete();

            String seen = silent.chunks();
            assertThat(seen).contains("\"type\":\"error\"", "The client read so slowly");
            assertThat(seen.length()).isLessThan(pieces * piece.length());
        }
    }

    @Test
    void aClientThatCancelsTheRunEndsItForAllWatchers() throws Exception {
        try (RawClient client = begin();
                RawClient second = comeBack()) {
            FakeBackend.OpenStream stream = main.stream().emit("one");
            until(second, "token one");
            try (RawClient other = served.client()) {
                assertThat(other.request("DELETE", "/api/v1/agents/helper/sessions/s1/run", "")
                                .answer()
                                .status())
                        .isEqualTo(200);
            }

            stream.cancelled.get(30, TimeUnit.SECONDS);
            assertThat(next(second)).isEqualTo("cancelled");
            until(client, "cancelled");
        }
    }

    @Test
    void withoutARunThereIsNothingToWatch() throws IOException {
        assertThat(served.get(STREAM).status()).isEqualTo(404);
        assertThat(served.get(STREAM).body()).contains("This session has no run whose events are kept.");
        assertThat(served.get("/api/v1/agents/nobody/sessions/s1/stream").body())
                .contains("nobody");
    }

    @Test
    void theRunOfADeletedSessionIsForgotten() throws IOException {
        try (RawClient client = begin()) {
            main.stream().emit("one").emit(FakeBackend.stop()).complete();
            until(client, "done");
        }
        assertThat(served.get(STREAM).status()).isEqualTo(200);
        try (RawClient other = served.client()) {
            other.request("DELETE", "/api/v1/agents/helper/sessions/s1", "").answer();
        }

        assertThat(served.get(STREAM).status()).isEqualTo(404);
    }

    @Test
    void aServerThatStopsEndsTheRunsThatNobodyWatches() throws Exception {
        FakeBackend.OpenStream stream;
        try (RawClient client = begin()) {
            stream = main.stream().emit("one");
            until(client, "token one");
        }
        served.close();

        stream.cancelled.get(30, TimeUnit.SECONDS);
    }
}
