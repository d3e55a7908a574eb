package dev.postern.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fields that the library has no type for, for requests that ask for them. {@code golden/server-fields/NAME.sse} and
 * the same answer as a whole, {@code NAME.json}, both give {@code NAME.response}.
 */
class ServerFieldsTest extends MockServerTest {
    private static final CompletionRequest WITH_SERVER_FIELDS = CompletionRequest.builder()
            .user("Hello")
            .options(CallOptions.builder().serverFields(true).build())
            .build();

    static List<String> answers() {
        return SourcedGolden.names("server-fields", ".sse");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void areInTheServerInfoUnderTheirOwnNames(String name) {
        String golden = "server-fields/" + name + ".response";
        ServerProfile profile = SourcedGolden.profile(golden);
        CompletionResponse streamed =
                Replay.foldWithServerFields(Golden.read("server-fields/" + name + ".sse"), profile);
        CompletionResponse whole = Replay.foldWithServerFields(Golden.read("server-fields/" + name + ".json"), profile);

        SourcedGolden.check(golden, GoldenText.lines(streamed));
        assertThat(whole).isEqualTo(streamed);
    }

    @Test
    void arePresentOnlyIfRequested() {
        String body = new String(Golden.read("server-fields/annotations-openrouter.json"), UTF_8);
        server.enqueue(reply(200, body));
        server.enqueue(reply(200, body));

        assertThat(provider().completions(WITH_SERVER_FIELDS).serverInfo())
                .containsKeys("annotations", "native_finish_reason", "usage");
        assertThat(llm.completions(CompletionRequest.of("Hello")).serverInfo().keySet())
                .containsOnly(CompletionResponse.ID, CompletionResponse.FINISH_REASON);
    }

    @Test
    void arePresentForAStreamToo() {
        server.enqueue(stream(new String(Golden.read("server-fields/citations-perplexity.sse"), UTF_8)));
        assertThat(CompletionCollector.collect(provider().stream(WITH_SERVER_FIELDS))
                        .join()
                        .serverInfo())
                .containsEntry("citations", List.of("https://a.example", "https://b.example"))
                .containsEntry("search_results", List.of(Map.of("title", "A")));
    }

    @Test
    void haveAMaximumTotalSize() {
        String chunk = ChatSamples.chunk("{\"annotations\":[\"" + "x".repeat(1000) + "\"]}", "null");
        server.enqueue(stream(chunk.repeat(50) + ChatSamples.DONE));
        assertThatThrownBy(() -> CompletionCollector.collect(
                                provider(it -> it.maxResponseBytes(20_000)).stream(WITH_SERVER_FIELDS))
                        .join())
                .hasCauseInstanceOf(LlmException.class)
                .cause()
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e)
                            .hasMessageContaining("20000 bytes of server fields")
                            .hasMessageContaining("raise max_response_bytes");
                });
    }

    /** A repeated field of the answer counts once, because only its last value is kept; each new field counts. */
    @Test
    void haveAMaximumTotalSizeWithAnyNames() {
        StringBuilder sameName = new StringBuilder();
        StringBuilder newNames = new StringBuilder();
        StringBuilder longNames = new StringBuilder();
        String text = "x".repeat(1000);
        for (int i = 0; i < 50; i++) {
            sameName.append("data: {\"choices\":[],\"citations\":[\"" + text + "\"]}\n\n");
            newNames.append("data: {\"choices\":[],\"citations" + i + "\":[\"" + text + "\"]}\n\n");
            longNames.append(ChatSamples.chunk("{\"audio\":{\"" + text + i + "\":1}}", "null"));
        }
        String end = ChatSamples.chunk("{\"content\":\"Hi\"}", "\"stop\"") + ChatSamples.DONE;
        server.enqueue(stream(sameName + end));
        assertThat(completionWithLimit().serverInfo()).containsEntry("citations", List.of(text));
        for (StringBuilder many : List.of(newNames, longNames)) {
            server.enqueue(stream(many + end));
            assertThatThrownBy(this::completionWithLimit).cause().hasMessageContaining("20000 bytes of server fields");
        }
    }

    private CompletionResponse completionWithLimit() {
        return CompletionCollector.collect(provider(it -> it.maxResponseBytes(20_000)).stream(WITH_SERVER_FIELDS))
                .join();
    }
}
