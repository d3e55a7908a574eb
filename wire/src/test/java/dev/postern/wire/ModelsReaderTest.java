package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsReaderTest {

    @Test
    void readsAListOfModels() {
        assertThat(
                        read(
                                "{\"models\":[{\"name\":\"m\",\"provider\":\"openai_compatible\",\"capabilities\":[\"chat\"]}]}"))
                .containsExactly(new ModelInfo("m", "openai_compatible", List.of("chat")));
        assertThat(read("{\"models\":[]}")).isEmpty();
    }

    @Test
    void ignoresInvalidEntries() {
        assertThat(read("{\"models\":[\"bare\",{\"name\":\"\"},{},null,7,{\"name\":\"m\",\"capabilities\":null}]}"))
                .containsExactly(new ModelInfo("bare", "", List.of()), new ModelInfo("m", "", List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "[]", "{\"data\":[{\"id\":\"gpt\"}]}", "{\"models\":null}"})
    void aBodyWithoutAListIsAProtocolError(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        LlmException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
    }

    private static List<ModelInfo> read(String body) {
        return ModelsReader.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
