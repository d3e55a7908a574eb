package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.config.GatewayLoader;
import dev.postern.config.MapSettings;
import dev.postern.flow.SharedHttpClient;
import dev.postern.gateway.Gateway;
import dev.postern.spi.Settings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each key of a configuration has its effect. The factory is found with {@link java.util.ServiceLoader}. */
class OpenAiProviderFactoryTest extends MockServerTest {

    /** A gateway with this configuration: JSON with single quotes, in which URL is replaced by the server's address. */
    private Gateway load(String type, String config) {
        String text = "{'providers': {'llm': {'backends': {'main': {'backend': '" + type + "', 'config': {" + config
                + "}}}}}}";
        return GatewayLoader.create()
                .environment(Map.of("KEY", KEY))
                .parse(text.replace('\'', '"')
                        .replace("URL", server.url("").toString().replaceFirst("/$", "")))
                .gateway();
    }

    /** The request as text. Its own {@code toString} would hide the key. */
    private static String shown(RecordedRequest request) {
        StringBuilder text = new StringBuilder(request.getRequestLine()).append('\n');
        request.getHeaders()
                .forEach(header -> text.append(header.getFirst())
                        .append(": ")
                        .append(header.getSecond())
                        .append('\n'));
        return text + (request.getBody() == null ? "" : request.getBody().utf8());
    }

    @Test
    void suggestsBaseUrlForAMisspeltKey() {
        assertThatThrownBy(
                        () -> load("openai", "'bas_url': 'http://localhost:1'").close())
                .hasMessageContaining("bas_url: is not a known key. Did you mean 'base_url'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'base_url': 'URL'                                   | POST /v1/chat/completions HTTP/1.1
            'base_url': 'URL/alt/'                              | POST /alt/v1/chat/completions HTTP/1.1
            'base_url': 'URL/api/v3'                            | POST /api/v3/chat/completions HTTP/1.1
            'base_url': 'URL', 'api_path': '/api/paas'          | POST /api/paas/chat/completions HTTP/1.1
            'base_url': 'URL', 'api_path': '/'                  | POST /chat/completions HTTP/1.1
            'base_url': 'URL', 'default_model': 'gpt-x'         | "model":"gpt-x"
            'base_url': 'URL', 'api_key': '${KEY}'              | Authorization: Bearer sk-SECRET-0123456789
            'base_url': 'URL', 'profile': 'azure', 'api_key': '$KEY' | api-key: sk-SECRET-0123456789
            'base_url': 'URL', 'profile': 'openai'              | "max_completion_tokens":7
            'base_url': 'URL', 'profile': 'ollama'              | "max_tokens":7
            'base_url': 'URL', 'organization': 'org-1'          | OpenAI-Organization: org-1
            'base_url': 'URL', 'project': 'proj_1'              | OpenAI-Project: proj_1
            'base_url': 'URL', 'headers': {'X-Tenant': 'blue'}  | X-Tenant: blue
            'base_url': 'URL', 'profile': 'azure', 'api_version': '2024-10-21', 'default_model': 'd' \
            | POST /openai/deployments/d/chat/completions?api-version=2024-10-21 HTTP/1.1
            'base_url': 'URL', 'http2': true                    | POST /v1/chat/completions HTTP/1.1
            'base_url': 'URL', 'timeouts': {'connect': '5s'}    | POST /v1/chat/completions HTTP/1.1
            """)
    void eachSettingReachesTheRequest(String config, String sent) throws Exception {
        server.enqueue(whole());
        try (Gateway gateway = load("openai", config)) {
            gateway.completions(
                    CompletionRequest.builder().user("Hello").maxTokens(7).build());
        }
        assertThat(shown(server.takeRequest())).contains(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "openai_compatible",
                "OpenAICompatibleProvider",
                "agentic_primitives_gateway.primitives.llm.openai_compatible.OpenAICompatibleProvider",
                "dev.postern.openai.OpenAiProviderFactory"
            })
    void isFoundByAllItsNames(String type) {
        load(type, "").close();
    }

    @Test
    void defaultsAreThoseOfTheBuilder() {
        try (SharedHttpClient client = new SharedHttpClient(Timeouts.defaults().connect());
                LlmProvider provider =
                        new OpenAiProviderFactory().create("main", MapSettings.of(Map.of()), client::get)) {
            assertThat(provider).hasToString("OpenAiProvider[main at https://api.openai.com/v1, profile openai]");
        }
    }

    @Test
    void imageUrlIsSentIfItsSchemeIsAllowed() throws Exception {
        CompletionRequest request = CompletionRequest.builder()
                .user(Content.imageUrl("file:///data/a.png"))
                .build();
        try (Gateway gateway = load("openai", "'base_url': 'URL'")) {
            assertThatThrownBy(() -> gateway.completions(request))
                    .isInstanceOfSatisfying(
                            LlmException.class,
                            e -> assertThat(e.refusedBeforeSending()).isTrue())
                    .hasMessageContaining("'main'")
                    .hasMessageContaining("image URLs with the scheme 'file:' are not sent to this server");
        }
        assertThat(server.getRequestCount()).isZero();
        server.enqueue(whole());
        try (Gateway gateway = load("openai", "'base_url': 'URL', 'image_schemes': ['https', 'File']")) {
            gateway.completions(request);
        }
        assertThat(shown(server.takeRequest())).contains("\"url\":\"file:///data/a.png\"");
    }

    @Test
    void sendsAsManyAttemptsAsConfigured() {
        for (int i = 0; i < 4; i++) {
            server.enqueue(reply(503, "{}"));
        }
        try (Gateway gateway = load(
                "openai",
                "'base_url': 'URL', 'retries': {'max_attempts': 4, 'base_delay': '1ms', 'max_delay': '1ms'}")) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOf(LlmException.class);
        }
        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'timeout': '300ms'", "'timeouts': {'total': '300ms'}", "'timeouts': {'response_start': '300ms'}"
            })
    void timeoutsEndACall(String timeouts) {
        server.enqueue(new MockResponse.Builder()
                .headersDelay(30, TimeUnit.SECONDS)
                .body("{}")
                .build());
        try (Gateway gateway = load("openai", "'base_url': 'URL', 'retries': 1, " + timeouts)) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void idleTimeoutEndsAnAnswer() {
        server.enqueue(whole().newBuilder().bodyDelay(30, TimeUnit.SECONDS).build());
        try (Gateway gateway = load("openai", "'base_url': 'URL', 'retries': 1, 'timeouts': {'idle': '300ms'}")) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void sizeLimitsApply() {
        server.enqueue(whole());
        server.enqueue(stream());
        try (Gateway gateway = load("openai", "'base_url': 'URL', 'max_response_bytes': 50, 'max_event_bytes': '51'")) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .hasMessageContaining("50 bytes");
            assertThatThrownBy(() -> CompletionCollector.collect(gateway.stream(CompletionRequest.of("Hello")))
                            .join())
                    .hasMessageContaining("51 bytes");
        }
    }

    @Test
    void readsThinkTagsAsReasoningIfConfigured() {
        server.enqueue(reply(200, new String(ChatSamples.whole("<think>Hm</think>Hi"), StandardCharsets.UTF_8)));
        try (Gateway gateway = load("openai", "'base_url': 'URL', 'think_tags': true")) {
            CompletionResponse answer = gateway.completions(CompletionRequest.of("Hello"));
            assertThat(answer.reasoning()).isEqualTo("Hm");
            assertThat(answer.content()).isEqualTo("Hi");
        }
    }

    @Test
    void acceptsAllKeysTogether() {
        Map<String, Object> all = new HashMap<>(Map.of(
                "base_url", "http://localhost:1/v1",
                "api_path", "/x",
                "api_version", "2024-10-21",
                "default_model", "m",
                "api_key", KEY,
                "profile", "generic",
                "organization", "o",
                "image_schemes", List.of("https"),
                "headers", Map.of("X-A", "b"),
                "timeouts", Map.of("connect", 1, "response_start", 2, "idle", 3, "total", 4)));
        all.putAll(Map.of(
                "project",
                "p",
                "retries",
                Map.of("max_attempts", 1, "base_delay", 1, "max_delay", 2, "max_retry_after", 3),
                "http2",
                true,
                "think_tags",
                true,
                "max_event_bytes",
                "1m",
                "max_response_bytes",
                "2MiB"));
        Settings settings = MapSettings.of(all);
        try (SharedHttpClient client = new SharedHttpClient(Timeouts.defaults().connect());
                LlmProvider provider = new OpenAiProviderFactory().create("all", settings, client::get)) {
            settings.refuseUnknown();
            assertThat(provider.toString())
                    .isEqualTo("OpenAiProvider[all at http://localhost:1/v1/x, profile generic]")
                    .doesNotContain(KEY);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'base_url': 'sk-SECRET-0123456789'     | config.base_url: '…' is not an address such as http://localhost:11434
            'profile': 'olama'                     | config.profile: is not a known name. Did you mean 'ollama'?
            'profile': 'sk-SECRET-0123456789'      | config.profile: is not a known name. Known are openai, azure,
            'model': 'm'                           | config.model: is not a known key. Did you mean 'default_model'?
            'headers': {'X Y': 'sk-SECRET-0123456789'} | config.headers.X Y: cannot be sent
            'retries': 0                           | config.retries: must be at least 1
            'timeouts': {'idle': 'sk-SECRET-0123456789'} | config.timeouts.idle: must be a duration such as 30s, but is other text
            """)
    void errorNamesTheKeyButNotTheValue(String config, String message) {
        assertThatThrownBy(() -> load("openai", config))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("line 1: providers.llm.backends.main." + message)
                .hasMessageNotContaining("SECRET");
    }

    /** The base URL may come from an empty variable. Then the key must not be sent to OpenAI. */
    @Test
    void emptyBaseUrlIsRefused() {
        try (SharedHttpClient client = new SharedHttpClient(Timeouts.defaults().connect())) {
            assertThatThrownBy(() -> new OpenAiProviderFactory()
                            .create("main", MapSettings.of(Map.of("base_url", "", "api_key", "secret")), client::get))
                    .isInstanceOf(LlmException.class)
                    .hasMessageContaining("base_url")
                    .hasMessageNotContaining("secret");
        }
    }
}
