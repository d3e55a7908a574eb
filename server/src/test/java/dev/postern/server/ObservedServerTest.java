package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import dev.postern.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of the whole service: the access log, the metrics, the page for operators. */
class ObservedServerTest {
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"a secret answer\"},\"finish_reason\":\"stop\"}],"
                    + "\"model\":\"m\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":4}}}";

    @TempDir
    private Path folder;

    private final ScriptedServer backend =
            new ScriptedServer(exchange -> exchange.answer(200, "application/json", ANSWER));
    private GatewayService service;

    @AfterEach
    void stop() {
        if (service != null) {
            service.close();
        }
        backend.close();
    }

    private void start(String section) throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    default: main
                    backends:
                      main: {backend: openai, config: {base_url: "%s", default_model: m, api_key: sk-of-the-file}}
                server: {%s}
                """.formatted(backend.uri(), section));
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of(),
                Limits.defaults());
    }

    private RawClient.Answer send(int port, String method, String path, String body, String... headers)
            throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.request(method, path, body, headers).answer();
        }
    }

    private RawClient.Answer get(String path) throws IOException {
        return send(service.port(), "GET", path, "");
    }

    /** The lines of the access log by their ids, after a server that stops has written them. */
    private Map<String, JsonObject> lines(Path log) throws IOException {
        service.close();
        return Files.readAllLines(log).stream()
                .map(Json::object)
                .collect(Collectors.toMap(line -> line.text("request_id"), line -> line));
    }

    @Test
    void eachRequestIsALineOfTheAccessLog() throws IOException {
        Path log = folder.resolve("access.log");
        Path prices = Files.writeString(
                folder.resolve("prices.json"),
                "{\"currency\":\"USD\",\"prices\":[{\"model\":\"m\",\"input\":1000,\"output\":10000,\"cache_reads\":0}]}");
        start("access_log: '" + log + "', prices: '" + prices + "'");
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"a secret prompt\"}]}";
        send(
                service.port(),
                "POST",
                COMPLETIONS,
                body,
                "X-Request-Id: r1",
                "X-Tenant-Id: acme",
                "X-Correlation-Id: c1");
        send(service.port(), "POST", COMPLETIONS, "{\"messages\":7}", "X-Request-Id: r2");
        send(service.port(), "GET", "/api/v1/agents/a%22b%0Ac", "", "X-Request-Id: r3");
        send(service.port(), "GET", "/no/such/path", "", "X-Request-Id: r4");

        Map<String, JsonObject> lines = lines(log);
        assertThat(lines).hasSize(4);
        JsonObject answered = lines.get("r1");
        assertThat(answered.text("correlation_id")).isEqualTo("c1");
        assertThat(answered.text("tenant")).isEqualTo("acme");
        assertThat(answered.text("method")).isEqualTo("POST");
        assertThat(answered.text("route")).isEqualTo(COMPLETIONS);
        assertThat(answered.integer("status", 0)).isEqualTo(200);
        assertThat(answered.text("outcome")).isEqualTo("answered");
        assertThat(answered.text("backend")).isEqualTo("main");
        assertThat(answered.text("model")).isEqualTo("m");
        assertThat(answered.integer("attempts", 0)).isEqualTo(1);
        assertThat(answered.integer("tokens_in", 0)).isEqualTo(12);
        assertThat(answered.integer("tokens_out", 0)).isEqualTo(3);
        assertThat(answered.integer("tokens_cached", 0)).isEqualTo(4);
        assertThat(answered.get("cost")).hasToString("0.038");
        assertThat(answered.integer("bytes_in", 0)).isEqualTo(body.length());
        assertThat(answered.integer("bytes_out", 0)).isGreaterThan(100);
        assertThat(lines.get("r2").text("outcome")).isEqualTo("failed");
        assertThat(lines.get("r2").text("failure")).isEqualTo("invalid_request");
        assertThat(lines.get("r2").has("cost")).isFalse();
        assertThat(lines.get("r3").text("route")).isEqualTo("/api/v1/agents/{name}");
        assertThat(lines.get("r4").has("route")).isFalse();
        assertThat(lines.get("r4").integer("status", 0)).isEqualTo(404);
        assertThat(Files.readString(log)).doesNotContain("secret", "sk-of-the-file", "no/such");
    }

    @Test
    void theMetricsCountRequestsAndCalls() throws IOException {
        start("allowed_hosts: []");
        send(service.port(), "POST", COMPLETIONS, HELLO);
        get("/no/such/path");
        RawClient.Answer answer = get("/metrics");

        assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body())
                .contains("http_server_request_duration_seconds_count{http_request_method=\"POST\","
                        + "http_response_status_code=\"200\",http_route=\"" + COMPLETIONS
                        + "\",outcome=\"answered\"} 1")
                .contains(
                        "http_route=\"none\",outcome=\"failed\"} 1", "postern_backend_available{backend=\"main\"} 1.0")
                .contains(
                        "postern_server_requests 1.0",
                        "gen_ai_client_inference_duration_seconds_count{",
                        "jvm_memory_used")
                .doesNotContain("no/such");
    }

    @Test
    void thePageAndItsDataAreThere() throws IOException {
        start("allowed_hosts: []");
        send(service.port(), "POST", COMPLETIONS, HELLO);
        RawClient.Answer page = get("/admin");
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(page.header("X-Request-Id")).isNotEmpty();
        assertThat(page.body()).startsWith("<!DOCTYPE html>");

        RawClient.Answer data = get("/admin/state");
        JsonObject state = Json.object(data.body());
        assertThat(data.header("Cache-Control")).isEqualTo("no-store");
        assertThat(state.objects("backends").get(0).integer("answered", 0)).isEqualTo(1);
        assertThat(state.objects("open_requests").get(0).text("route")).isEqualTo("/admin/state");
        assertThat(data.body()).doesNotContain("sk-of-the-file");
    }

    @Test
    void operatorsMayHaveAnAddressOfTheirOwn() throws IOException {
        start("admin: {listen: '127.0.0.1:0'}");
        send(service.port(), "POST", COMPLETIONS, HELLO);

        assertThat(service.operatorsPort()).isNotEqualTo(service.port());
        for (String path : List.of("/metrics", "/admin", "/admin/state")) {
            assertThat(send(service.operatorsPort(), "GET", path, "").status())
                    .as(path)
                    .isEqualTo(200);
            assertThat(get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(send(service.operatorsPort(), "GET", "/healthz", "").status())
                .isEqualTo(200);
        assertThat(send(service.operatorsPort(), "GET", "/readyz", "").body())
                .isEqualTo(get("/readyz").body());
        assertThat(send(service.operatorsPort(), "POST", COMPLETIONS, HELLO).status())
                .isEqualTo(404);
        assertThat(send(service.operatorsPort(), "GET", "/metrics", "").body())
                .contains("http_route=\"" + COMPLETIONS + "\"");
    }

    @Test
    void withoutAnOpenTelemetryOfTheProcessItSaysSoAndWorks() throws IOException {
        try (LogLines log = new LogLines()) {
            start("opentelemetry: true");
            assertThat(send(service.port(), "POST", COMPLETIONS, HELLO).status())
                    .isEqualTo(200);

            assertThat(log.lines())
                    .anySatisfy(
                            line -> assertThat(line).startsWith("WARNING").contains("server.opentelemetry is true"));
        }
    }

    @Test
    void whatTheSectionSaysWronglyIsNamed() {
        assertThatThrownBy(() -> start("admin: {listen: 'here'}"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("server.admin.listen");
        assertThatThrownBy(() -> start("access_logs: stdout"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("access_log");
    }
}
