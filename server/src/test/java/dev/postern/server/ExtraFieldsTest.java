package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.config.MapSettings;
import dev.postern.openai.OpenAiProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vendor fields of a request: which ones pass, and the errors for the others. */
class ExtraFieldsTest {
    private final FakeBackend main = new FakeBackend("main");

    private static String hello(String more) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]," + more + "}";
    }

    private static void isRefused(RawClient.Answer answer, String path) {
        assertThat(answer.status()).isEqualTo(422);
        assertThat(TestServer.field(answer, "detail"))
                .asString()
                .containsPattern("(^|\\) )" + Pattern.quote(path + ": "));
    }

    @Test
    void allExtraFieldsPassByDefault() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            assertThat(served.post(COMPLETIONS, hello("\"extra\":{\"top_k\":5}"))
                            .status())
                    .isEqualTo(200);
            assertThat(main.requests.remove().extra()).isEqualTo(Map.of("top_k", 5));
        }
    }

    @Test
    void theConfigurationMayListTheAllowedExtraFields() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            served.rules = ServerRules.of(MapSettings.of(
                    Map.of("extra", Map.of("allowed", List.of("top_k", "seed"), "locked", List.of("seed")))));

            assertThat(served.post(COMPLETIONS, hello("\"extra\":{\"top_k\":5}"))
                            .status())
                    .isEqualTo(200);
            isRefused(served.post(COMPLETIONS, hello("\"extra\":{\"seed\":5}")), "extra.seed");
            isRefused(served.post(COMPLETIONS, hello("\"seed\":5")), "seed");
            isRefused(served.post(STREAM, hello("\"extra\":{\"guardrailConfig\":{}}")), "extra.guardrailConfig");
            assertThat(main.requests).hasSize(1);
        }
    }

    /** The provider has no server, so the refusal comes before a request is sent. */
    @ParameterizedTest
    @CsvSource({
        "'\"extra\":{\"n\":3}', extra.n",
        "'\"extra\":{\"messages\":[]}', extra.messages",
        "'\"extra\":{\"stream\":true}', extra.stream",
        "'\"extra\":{\"model\":\"other\"}', extra.model",
        "'\"temperature\":0.5,\"extra\":{\"temperature\":1}', extra.temperature",
        "'\"extra\":[]', extra"
    })
    void anExtraFieldThatTheRequestSetsIsRefusedWithItsPath(String more, String path) throws IOException {
        OpenAiProvider provider = OpenAiProvider.builder()
                .name("main")
                .baseUrl("http://127.0.0.1:1")
                .defaultModel("m")
                .build();
        try (TestServer served = TestServer.of(provider)) {
            isRefused(served.post(COMPLETIONS, hello(more)), path);
            isRefused(served.post(STREAM, hello(more)), path);
        }
    }
}
