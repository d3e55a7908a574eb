package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.ToolDefinition;
import dev.postern.config.GatewayLoader;
import dev.postern.config.MapSettings;
import dev.postern.flow.SharedHttpClient;
import dev.postern.gateway.Gateway;
import dev.postern.spi.Settings;
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

/**
 * Each key of a configuration has an effect. {@link java.util.ServiceLoader} finds the factory, as in an application.
 */
class BedrockProviderFactoryTest extends BedrockServerTest {
    private static final String SECRET = "SECRET-0123456789";
    private static final String BASE = "'endpoint': 'URL', 'region': 'eu-west-1', 'default_model': 'm', 'retries': 1, ";

    /**
     * A gateway with this configuration, which is JSON with single quotes. URL stands for the address of the server.
     */
    private Gateway load(String type, String config) {
        String text = "{'providers': {'llm': {'backends': {'main': {'backend': '" + type + "', 'config': {" + config
                + "}}}}}}";
        return GatewayLoader.create()
                .environment(Map.of("KEY", SECRET))
                .parse(text.replace('\'', '"').replace("URL", "http://127.0.0.1:" + server.getPort()))
                .gateway();
    }

    /** The request as text. RecordedRequest.toString does not contain headers. */
    private static String text(RecordedRequest request) {
        StringBuilder text = new StringBuilder(request.getRequestLine()).append('\n');
        request.getHeaders()
                .forEach(header -> text.append(header.getFirst())
                        .append(": ")
                        .append(header.getSecond())
                        .append('\n'));
        return text + (request.getBody() == null ? "" : request.getBody().utf8());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'api_key': '$KEY'                                     | POST /model/m/converse HTTP/1.1
            'api_key': '$KEY'                                     | Authorization: Bearer SECRET-0123456789
            'access_key_id': 'AKID', 'secret_access_key': '$KEY'  | Credential=AKID/
            'access_key_id': 'AKID', 'secret_access_key': '$KEY'  | /eu-west-1/bedrock/aws4_request
            'access_key_id': 'AKID', 'secret_access_key': '$KEY', 'session_token': 'T1' | X-Amz-Security-Token: T1
            'api_key': 'k', 'guardrail': {'id': 'g1', 'version': 3} | "guardrailIdentifier":"g1","guardrailVersion":"3"
            'api_key': 'k', 'guardrail': {'id': 'g1'}             | "guardrailVersion":"DRAFT"
            'api_key': 'k', 'cache': ['system']                   | "system":[{"text":"Be brief."},{"cachePoint"
            'api_key': 'k', 'cache': 'tools'                      | {"cachePoint":{"type":"default"}}]
            'api_key': 'k', 'cache': ['messages', 'messages']     | [{"text":"Hello"},{"cachePoint"
            'api_key': 'k', 'timeouts': {'connect': '5s'}         | POST /model/m/converse HTTP/1.1
            """)
    void eachKeyChangesTheRequest(String config, String sent) throws Exception {
        server.enqueue(whole());
        try (Gateway gateway = load("bedrock", BASE + config)) {
            gateway.completions(CompletionRequest.builder()
                    .system("Be brief.")
                    .user("Hello")
                    .tool(ToolDefinition.of("now", "The time.", Map.of("type", "object")))
                    .build());
        }
        assertThat(text(server.takeRequest())).contains(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bedrock",
                "BedrockConverseProvider",
                "agentic_primitives_gateway.primitives.llm.bedrock.BedrockConverseProvider",
                "dev.postern.bedrock.BedrockProviderFactory"
            })
    void allTypeNamesAreSupported(String type) {
        load(type, "").close();
    }

    @Test
    void aRequestCanReplaceTheGuardrailOnlyIfTheFileAllowsIt() throws Exception {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hello")
                .extra(Map.of("guardrailConfig", Map.of("guardrailIdentifier", "g2")))
                .build();
        try (Gateway gateway = load("bedrock", BASE + "'api_key': 'k', 'guardrail': {'id': 'g1'}")) {
            assertThatThrownBy(() -> gateway.completions(request)).hasMessageContaining("guardrail");
        }
        server.enqueue(whole());
        try (Gateway gateway =
                load("bedrock", BASE + "'api_key': 'k', 'guardrail': {'id': 'g1', 'replaceable': true}")) {
            gateway.completions(request);
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
        assertThat(text(server.takeRequest())).contains("\"guardrailIdentifier\":\"g2\"");
    }

    @Test
    void theProfileIsReadFromTheAwsFiles() {
        try (Gateway gateway = load("bedrock", BASE + "'profile': 'no-such-profile'")) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .hasMessageContaining("no-such-profile");
        }
    }

    @Test
    void retriesAreConfigured() {
        for (int i = 0; i < 4; i++) {
            server.enqueue(reply(503, "{}"));
        }
        String config = "'endpoint': 'URL', 'region': 'eu-west-1', 'default_model': 'm', 'api_key': 'k', "
                + "'retries': {'max_attempts': 4, 'base_delay': '1ms', 'max_delay': '1ms', 'max_retry_after': '1ms'}";
        try (Gateway gateway = load("bedrock", config)) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOf(LlmException.class);
        }
        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'timeout': '300ms'",
                "'timeouts': {'total': '300ms'}",
                "'timeouts': {'response_start': '300ms'}",
                "'timeouts': {'idle': '300ms'}"
            })
    void timeoutsAreConfigured(String timeouts) {
        MockResponse.Builder late = whole().newBuilder();
        server.enqueue(
                timeouts.contains("idle")
                        ? late.bodyDelay(30, TimeUnit.SECONDS).build()
                        : late.headersDelay(30, TimeUnit.SECONDS).build());
        try (Gateway gateway = load("bedrock", BASE + "'api_key': 'k', " + timeouts)) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        }
    }

    @Test
    void sizeLimitsAreConfigured() {
        server.enqueue(whole());
        server.enqueue(stream(Frames.stream(1)));
        String config = BASE + "'api_key': 'k', 'max_response_bytes': 20, 'max_frame_bytes': 21";
        try (Gateway gateway = load("bedrock", config)) {
            assertThatThrownBy(() -> gateway.completions(CompletionRequest.of("Hello")))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL));
            assertThatThrownBy(() -> CompletionCollector.collect(gateway.stream(CompletionRequest.of("Hello")))
                            .join())
                    .hasCauseInstanceOf(LlmException.class)
                    .hasMessageContaining("a frame of 128 bytes");
        }
    }

    @Test
    void allKeysAreReadAndUnknownKeysAreRejected() {
        Map<String, Object> all = new HashMap<>(Map.of(
                "region", "eu-west-1",
                "endpoint", "http://localhost:1",
                "profile", "p",
                "default_model", "m",
                "access_key_id", "AKID",
                "secret_access_key", SECRET,
                "session_token", SECRET,
                "guardrail", Map.of("id", "g", "version", "1"),
                "cache", List.of("system", "tools", "messages"),
                "family", "anthropic"));
        all.putAll(Map.of(
                "timeouts",
                Map.of("connect", 1, "response_start", 2, "idle", 3, "total", 4),
                "retries",
                2,
                "max_frame_bytes",
                "1MiB",
                "max_response_bytes",
                "1MiB"));
        Settings settings = MapSettings.of(all);
        try (SharedHttpClient client = new SharedHttpClient(Timeouts.defaults().connect());
                LlmProvider provider = new BedrockProviderFactory().create("all", settings, client::get)) {
            settings.refuseUnknown();
            assertThat(provider).hasToString("BedrockProvider[all in eu-west-1]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'endpoint': 'SECRET-0123456789'              | config.endpoint: is not an address such as
            'region': 'SECRET 0123456789'                | config.region: '…' is not the name of an AWS region such as us-east-1.
            'family': 'antropic'                         | config.family: is not a known name. Did you mean 'anthropic'?
            'cache': ['system', 'tool']                  | config.cache[1]: is not a known name. Did you mean 'tools'?
            'guardrail': {'version': '1'}                | config.guardrail.id: is missing
            'access_key_id': 'AKID'                      | config.secret_access_key: is missing
            'session_token': 'SECRET-0123456789'         | config.access_key_id: is missing
            'api_key': 'SECRET-0123456789', 'access_key_id': 'AKID' | config.api_key: is set together with other credentials
            'access_key_id': 'SECRET 0123456789', 'secret_access_key': 'x' | config: The AWS access key id contains white space
            'max_frame_bytes': 3                         | config.max_frame_bytes: must be at least 16, but is 3.
            """)
    void errorsNameTheKeyAndNotTheSecret(String config, String message) {
        assertThatThrownBy(() -> load("bedrock", config))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("line 1: providers.llm.backends.main." + message)
                .hasMessageNotContaining("SECRET");
    }
}
