package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fields of Converse that Postern has no type for. {@code golden/server-fields/NAME.frames} and the same whole answer,
 * {@code NAME.json}, both have the result {@code NAME.response}.
 */
class ConverseServerFieldsTest extends BedrockServerTest {
    private static final CallOptions WITH_SERVER_FIELDS =
            CallOptions.builder().serverFields(true).build();

    static List<String> answers() {
        return GoldenFiles.names("server-fields", ".frames");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void areInTheServerInfoUnderTheirOwnNames(String name) {
        CompletionResponse streamed =
                ConverseReplay.foldWithServerFields(GoldenFiles.frames("server-fields/" + name + ".frames"));
        GoldenFiles.check("server-fields/" + name + ".response", GoldenText.lines(streamed));
        assertThat(ConverseReplay.foldWholeWithServerFields(Golden.read("server-fields/" + name + ".json")))
                .isEqualTo(streamed);
    }

    @Test
    void areReturnedIfTheRequestAsksForThem() {
        server.enqueue(reply(200, GoldenFiles.text("response/image-alone.json")));
        server.enqueue(reply(200, GoldenFiles.text("response/image-alone.json")));
        CompletionRequest request = CompletionRequest.of("Draw.");
        provider(builder -> builder.apiKey("k"));
        Secrets.assertFails(Kind.UNSUPPORTED, () -> llm.completions(request)).contains("serverFields(true)");
        assertThat(llm.completions(
                                request.toBuilder().options(WITH_SERVER_FIELDS).build())
                        .serverInfo())
                .containsKey("image");
    }
}
