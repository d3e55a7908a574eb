package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.Golden;
import dev.postern.testkit.Lines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Converse sends beyond the vocabulary, for those who ask for it: {@code golden/server-fields/NAME.frames} and the same
 * answer in one piece, {@code NAME.json}, both give {@code NAME.response}.
 */
class ServerFieldsTest extends OverHttp {
    private static final CallOptions WANTED =
            CallOptions.builder().serverFields(true).build();

    static List<String> answers() {
        return GoldenFiles.names("server-fields", ".frames");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void standInTheMetadataUnderTheirOwnNames(String name) {
        CompletionResponse streamed =
                Replay.foldWithServerFields(GoldenFiles.frames("server-fields/" + name + ".frames"));
        GoldenFiles.check("server-fields/" + name + ".response", Lines.of(streamed));
        assertThat(Replay.foldWholeWithServerFields(Golden.read("server-fields/" + name + ".json")))
                .isEqualTo(streamed);
    }

    @Test
    void areThereForARequestThatAsksForThem() {
        server.enqueue(reply(200, GoldenFiles.text("response/image-alone.json")));
        server.enqueue(reply(200, GoldenFiles.text("response/image-alone.json")));
        CompletionRequest request = CompletionRequest.of("Draw.");
        provider(it -> it.apiKey("k"));
        Secrets.assertFails(Kind.UNSUPPORTED, () -> llm.completions(request)).contains("serverFields(true)");
        assertThat(llm.completions(request.toBuilder().options(WANTED).build()).serverInfo())
                .containsKey("image");
    }
}
