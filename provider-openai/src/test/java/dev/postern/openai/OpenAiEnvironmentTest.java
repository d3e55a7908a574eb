package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class OpenAiEnvironmentTest extends MockServerTest {

    private static OpenAiProvider providerOf(Map<String, String> variables) {
        return new OpenAiEnvironment(variables)
                .applyTo(OpenAiProvider.builder())
                .build();
    }

    @Test
    void readsKeyAddressModelOrganizationAndProject() throws InterruptedException {
        server.enqueue(whole());
        try (OpenAiProvider llm = providerOf(Map.of(
                "OPENAI_API_KEY", " " + KEY + "\n",
                "OPENAI_BASE_URL", server.url("/v1").toString(),
                "OPENAI_MODEL", "m-1",
                "OPENAI_ORG_ID", "org-1",
                "OPENAI_PROJECT_ID", "proj-1"))) {
            llm.completions(CompletionRequest.of("Hi"));
        }

        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeaders().get("OpenAI-Organization")).isEqualTo("org-1");
        assertThat(request.getHeaders().get("OpenAI-Project")).isEqualTo("proj-1");
        assertThat(request.getBody().utf8()).contains("\"model\":\"m-1\"");
    }

    @Test
    void usesOpenAisOwnAddressByDefault() {
        try (OpenAiProvider llm = providerOf(Map.of("OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", ""))) {
            assertThat(llm)
                    .asString()
                    .contains("https://api.openai.com/v1", "profile openai")
                    .doesNotContain(KEY);
        }
    }

    @Test
    void needsNoKeyForAnotherAddress() {
        try (OpenAiProvider llm = providerOf(Map.of("OPENAI_BASE_URL", "http://localhost:11434"))) {
            assertThat(llm).asString().contains("http://localhost:11434/v1");
        }
    }

    @Test
    void namesTheVariableThatIsMissing() {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> providerOf(Map.of("OPENAI_API_KEY", " ")))
                .withMessage("OPENAI_API_KEY: is not set; set it to your key,"
                        + " or set OPENAI_BASE_URL for a server that needs no key.")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
    }
}
