package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.Recording;
import dev.postern.testkit.RecordingProxy;
import dev.postern.testkit.ReplayServer;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The testkit's server speaks the protocol of this provider. */
class WireServerTest {
    private static final CompletionRequest HI = CompletionRequest.of("Hi");

    private final WireServer server = WireServer.bedrock();
    private final LlmProvider llm = BedrockProvider.builder()
            .endpoint(server.url())
            .region("us-east-1")
            .credentials(new AwsCredentials("AKIDEXAMPLE", "secret", ""))
            .defaultModel("vendor.model-v1:0")
            .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
            .build();

    @AfterEach
    void close() {
        llm.close();
        server.close();
    }

    @Test
    void answersAreReadWholeAndAsStreams() {
        Usage usage =
                new Usage(7, 2, OptionalLong.of(5), OptionalLong.of(3), OptionalLong.empty()).counted(false, true);
        server.answer("Hel", "lo").usage(usage).times(2);

        CompletionResponse whole = llm.completions(HI);

        assertThat(whole.content()).isEqualTo("Hello");
        assertThat(whole.usage()).contains(usage);
        assertThat(usage.promptTokens()).hasValue(15);
        StreamProbe stream = StreamProbe.of(llm.stream(HI))
                .expectText("Hel")
                .expectText("lo")
                .expectEnd();
        assertThat(stream.answer()).isEqualTo(whole);
        assertThat(server.request(0).path()).endsWith("/converse");
        assertThat(server.request(1).path()).endsWith("/converse-stream");
    }

    @Test
    void reasoningAndToolCallsPass() {
        CompletionResponse answer = CompletionResponse.builder()
                .content(List.of(
                        new Content.Reasoning("Which city?", "c2ln", "", ProviderData.NONE),
                        Content.text("I look."),
                        ToolCall.of("a", "look", Map.of("city", "Paris")),
                        ToolCall.of("b", "look", Map.of("city", "Rome"))))
                .stopReason(StopReason.TOOL_USE)
                .build();
        server.answer(answer).times(2).toolCall("look", Map.of("n", 1));

        CompletionResponse whole = llm.completions(HI);

        assertThat(whole.message()).isEqualTo(answer.message());
        assertThat(whole.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(StreamProbe.of(llm.stream(HI)).answer().message()).isEqualTo(answer.message());
        StreamProbe.of(llm.stream(HI)).expectToolCall("look", Map.of("n", 1)).expectEnd();
    }

    @Test
    void errorsAreRetried() {
        server.status(503).status(429).answer("ok").status(403);

        assertThat(llm.completions(HI).content()).isEqualTo("ok");
        assertThat(server.requests()).hasSize(3);
        LlmException refused = catchThrowableOfType(LlmException.class, () -> llm.completions(HI));
        assertThat(refused.kind()).isEqualTo(Kind.PERMISSION);
        assertThat(refused.code()).isEqualTo("AccessDeniedException");
    }

    @Test
    void streamsBreakInEachWay() {
        server.answer("a", "b")
                .cutAfter(1)
                .answer("a", "b")
                .cutInside(1)
                .answer("a", "b")
                .endAfter(1)
                .answer("a", "b")
                .garbageAfter(1);
        for (int i = 0; i < 4; i++) {
            StreamProbe probe = StreamProbe.of(llm.stream(HI)).expectText("a");
            probe.expectFailure(i == 3 ? Kind.PROTOCOL : Kind.INCOMPLETE_STREAM);
        }
        assertThat(server.requests()).as("no retry after the first event").hasSize(4);
    }

    @Test
    void aCancelClosesTheConnection() {
        server.answer("a", "b").hangAfter(1);

        StreamProbe.of(llm.stream(HI)).expectText("a").cancel();

        server.awaitClosed(0);
    }

    @Test
    void framesAreRecordedAsTextAndReplayed(@TempDir Path folder) throws Exception {
        server.answer("Hel", "lo");
        Path file = folder.resolve("frames.json");
        CompletionResponse answer;
        try (RecordingProxy proxy = RecordingProxy.to(server.url());
                LlmProvider recorded = at(proxy.url())) {
            answer = StreamProbe.of(recorded.stream(HI)).answer();
            proxy.recording().save(file);
        }
        assertThat(Files.readString(file)).contains("contentBlockDelta", "Hel").doesNotContain("very-secret");

        try (ReplayServer replay = Recording.load(file).replay();
                LlmProvider replayed = at(replay.url())) {
            assertThat(StreamProbe.of(replayed.stream(HI)).answer()).isEqualTo(answer);
            LlmException missed =
                    catchThrowableOfType(LlmException.class, () -> replayed.completions(CompletionRequest.of("Bye")));
            assertThat(missed).hasMessageContaining("All 1 recorded requests were replayed");
        }
    }

    private static LlmProvider at(String url) {
        return BedrockProvider.builder()
                .endpoint(url)
                .region("us-east-1")
                .apiKey("very-secret-key")
                .defaultModel("vendor.model-v1:0")
                .retries(RetryPolicy.none())
                .build();
    }
}
