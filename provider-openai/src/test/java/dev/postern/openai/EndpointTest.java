package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    /** GATEWAY-FORMAT.md section 5: a path with a version is used unchanged, otherwise /v1 is appended. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://api.openai.com                         | https://api.openai.com/v1
            https://api.openai.com/                        | https://api.openai.com/v1
            https://api.openai.com/v1                      | https://api.openai.com/v1
            https://api.openai.com/v1/                     | https://api.openai.com/v1
            https://api.openai.com/v1//                    | https://api.openai.com/v1
            '  https://api.openai.com/v1  '                | https://api.openai.com/v1
            HTTPS://API.OpenAI.com/v1                      | HTTPS://API.OpenAI.com/v1
            https://api.openai.com/v1/chat/completions     | https://api.openai.com/v1
            https://api.openai.com/v1/chat/completions/    | https://api.openai.com/v1
            http://localhost:11434                         | http://localhost:11434/v1
            http://127.0.0.1:8080/v1                       | http://127.0.0.1:8080/v1
            http://[::1]:8080                              | http://[::1]:8080/v1
            http://host/alt/                               | http://host/alt/v1
            http://host/alt                                | http://host/alt/v1
            https://openrouter.ai/api/v1                   | https://openrouter.ai/api/v1
            https://ark.cn-beijing.volces.com/api/v3       | https://ark.cn-beijing.volces.com/api/v3
            https://api.z.ai/api/paas/v4/                  | https://api.z.ai/api/paas/v4
            https://generativelanguage.googleapis.com/v1beta/openai/  | https://generativelanguage.googleapis.com/v1beta/openai
            https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1 | https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1
            https://api.groq.com/openai/v1                 | https://api.groq.com/openai/v1
            http://host/vllm                               | http://host/vllm/v1
            http://host/version                            | http://host/version/v1
            https://api.perplexity.ai/chat/completions     | https://api.perplexity.ai
            https://models.github.ai/inference/chat/completions | https://models.github.ai/inference
            http://host/a%20b/v1                           | http://host/a%20b/v1
            """)
    void derivesTheApiPathFromTheBaseUrl(String baseUrl, String api) {
        Endpoint endpoint = endpoint(baseUrl);
        assertThat(endpoint.chat("m", Map.of())).hasToString(api + "/chat/completions");
        assertThat(endpoint.models()).hasToString(api + "/models");
        assertThat(endpoint.shown()).isEqualTo(api);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://host            | /api/paas      | http://host/api/paas
            http://host            | api/paas/      | http://host/api/paas
            http://host/           | ''             | http://host
            http://host/base/      | /v9            | http://host/base/v9
            http://host/v1         | /x             | http://host/v1/x
            http://host            | /x/chat/completions | http://host/x
            """)
    void usesTheConfiguredApiPath(String baseUrl, String apiPath, String api) {
        Endpoint endpoint = Endpoint.of(baseUrl, apiPath, "", ServerProfile.GENERIC);
        assertThat(endpoint.chat("m", Map.of())).hasToString(api + "/chat/completions");
        assertThat(endpoint.models()).hasToString(api + "/models");
    }

    /**
     * SERVERS.md section 10: with a dated version, the deployment is in the path; otherwise the model is in the body.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            https://r.openai.azure.com            | 2024-10-21 | https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/openai/    | 2024-10-21 | https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/?api-version=2024-10-21 | '' | https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com            | ''         | https://r.openai.azure.com/openai/v1/chat/completions                     | https://r.openai.azure.com/openai/v1/models
            https://r.openai.azure.com/openai/v1  | ''         | https://r.openai.azure.com/openai/v1/chat/completions                     | https://r.openai.azure.com/openai/v1/models
            https://r.openai.azure.com/openai/v1/ | preview    | https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview | https://r.openai.azure.com/openai/v1/models?api-version=preview
            https://r.openai.azure.com            | preview    | https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview | https://r.openai.azure.com/openai/v1/models?api-version=preview
            https://r.openai.azure.com/openai/deployments/d1?api-version=2024-06-01 | '' | https://r.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-06-01 | https://r.openai.azure.com/openai/models?api-version=2024-06-01
            https://r.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-06-01 | 2024-10-21 | https://r.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/openai?a=1&api-version=x&b=2 | 2024-10-21 | https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?a=1&b=2&api-version=2024-10-21 | https://r.openai.azure.com/openai/models?a=1&b=2&api-version=2024-10-21
            """)
    void supportsBothPathStylesOfAzure(String baseUrl, String version, String chat, String models) {
        Endpoint endpoint = Endpoint.of(baseUrl, null, version, ServerProfile.AZURE);
        assertThat(endpoint.chat("gpt-4o", Map.of())).hasToString(chat);
        assertThat(endpoint.models()).hasToString(models);
    }

    @Test
    void encodesTheDeployment() {
        Endpoint azure = Endpoint.of("https://r.openai.azure.com", null, "2024-10-21", ServerProfile.AZURE);
        assertThat(azure.chat("my model/v2?ü+", Map.of()).getRawPath())
                .isEqualTo("/openai/deployments/my%20model%2Fv2%3F%C3%BC%2B/chat/completions");
    }

    @Test
    void requiresAModelForADeploymentPath() {
        Endpoint azure = Endpoint.of("https://r.openai.azure.com", null, "2024-10-21", ServerProfile.AZURE);
        assertThatThrownBy(() -> azure.chat("", Map.of()))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("default_model");
    }

    @Test
    void joinsTheQueriesOfBaseUrlAndRequest() {
        Endpoint endpoint = endpoint("http://host/v1?tenant=a%26b&x");
        Map<String, String> more = new LinkedHashMap<>();
        more.put("trace id", "ü&=1");
        more.put("y", "");
        assertThat(endpoint.chat("m", more))
                .hasToString("http://host/v1/chat/completions?tenant=a%26b&x&trace%20id=%C3%BC%26%3D1&y=");
        assertThat(endpoint.models()).hasToString("http://host/v1/models?tenant=a%26b&x");
        assertThat(endpoint.shown()).isEqualTo("http://host/v1");
    }

    @Test
    void doesNotShowTheUser() {
        assertThat(endpoint("https://user:pass@host:8443/v1").shown()).isEqualTo("https://host:8443/v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:11434",
                "localhost",
                "/v1",
                "ftp://host/v1",
                "http://",
                "http:///v1",
                "http://my_host/v1",
                "http://host:port/v1",
                "http://ho st/v1",
                "http://host/v 1",
                "https:host"
            })
    void refusesAnInvalidAddress(String baseUrl) {
        assertThatThrownBy(() -> endpoint(baseUrl))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessage("base_url: '" + baseUrl
                        + "' is not an address such as http://localhost:11434 or https://api.openai.com/v1.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:se/cr@et@ho st/v1",
                "ftp://user:secret@host/v1",
                "http://user:se%cret@host/v1",
                "http://ho st/v1?key=secret",
                "http://us@er:secret@host:port/v1",
                "http://user:se?cret@host/v1",
                "http://user:se\ncret@host/v1",
                "http://host:port/v1?key=a\nsecret",
                "http://ho st/v1?key=ab@cret",
                "user:secret@host/v1"
            })
    void doesNotShowSecretsOfAnInvalidAddress(String baseUrl) {
        assertThatThrownBy(() -> endpoint(baseUrl))
                .isInstanceOfSatisfying(
                        LlmException.class,
                        e -> assertThat(e.getMessage())
                                .startsWith("base_url: '")
                                .doesNotContain("cr", "user", "us@er"));
    }

    private static Endpoint endpoint(String baseUrl) {
        return Endpoint.of(baseUrl, null, "", ServerProfile.GENERIC);
    }
}
