package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that never end. A stream of endless arguments once filled a heap of 1 GB in three seconds. */
@Timeout(60)
class UnboundedAnswerTest {
    private static final long ENDLESS = 1L << 40;

    private static LlmException failure(String chunk, UnaryOperator<OpenAiProviderBuilder> settings) {
        byte[] event = ("data: {\"choices\":[{\"index\":0,\"delta\":" + chunk + "}]}\n\n")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.head(200, "Content-Type: text/event-stream", "Connection: close");
                    exchange.flood(event, ENDLESS);
                });
                OpenAiProvider llm = settings.apply(OpenAiProvider.builder()
                                .name("test")
                                .baseUrl(server.uri().toString()))
                        .build()) {
            LlmException failure =
                    catchThrowableOfType(LlmException.class, () -> llm.completions(CompletionRequest.of("Hi")));
            server.exchange(0).awaitPeerClosed();
            assertThat(server.requests())
                    .as("no retry of an answer that was paid for")
                    .hasSize(1);
            return failure;
        }
    }

    @Test
    void completionThatIsStreamedHasAMaximumSize() {
        LlmException failure =
                failure("{\"content\":\"" + "x".repeat(1000) + "\"}", it -> it.maxResponseBytes(1 << 20));

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure.backend()).isEqualTo("test");
        assertThat(failure).hasMessageContaining("larger than 1048576 characters in total");
    }

    @Test
    void argumentsHaveAMaximumSize() {
        LlmException failure = failure(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\""
                        + "x".repeat(1000) + "\"}}]}",
                it -> it.maxEventBytes(1 << 20));

        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure)
                .hasMessageContaining("more than 1048576 characters of arguments")
                .hasMessageContaining("max_event_bytes");
    }

    @Test
    void failureOfAStreamThatIsTooLargeHasThePartialAnswer() {
        byte[] event =
                ("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":"
                                + "{\"name\":\"f\",\"arguments\":\"" + "x".repeat(1000) + "\"}}]}}]}\n\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
                    exchange.head(200, "Content-Type: text/event-stream", "Connection: close");
                    exchange.flood(event, ENDLESS);
                });
                OpenAiProvider llm = OpenAiProvider.builder()
                        .baseUrl(server.uri().toString())
                        .maxEventBytes(1 << 20)
                        .build()) {
            Recorder<StreamEvent> events = Recorder.of(llm.stream(CompletionRequest.of("Hi")));

            LlmException failure = events.awaitFailure(LlmException.class);

            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure.answer())
                    .as("a gateway uses no other backend after a partial answer")
                    .isPresent();
        }
    }

    @Test
    void extraContentHasAMaximumSize() {
        MessageExtras extras = new MessageExtras(ServerProfile.GENERIC);
        Delta delta = new Delta();
        LlmException failure = catchThrowableOfType(LlmException.class, () -> {
            for (int i = 0; i < 100_000; i++) {
                delta.extraContent = Map.of("k" + i, Map.of("v", "x".repeat(1000)));
                extras.add(delta);
            }
        });

        assertThat(failure).as("100 million characters were kept").isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure).hasMessageContaining("characters of extra content");
    }

    @Test
    void repeatedExtraContentIsKeptOnce() {
        MessageExtras extras = new MessageExtras(ServerProfile.GENERIC);
        Delta delta = new Delta();
        for (int i = 0; i < 100_000; i++) {
            delta.extraContent = Map.of("google", Map.of("thought_signature", "x".repeat(1000)));
            extras.add(delta);
        }
        List<StreamEvent> events = new ArrayList<>();
        extras.emit("", events::add);

        assertThat(events).hasSize(1);
    }
}
