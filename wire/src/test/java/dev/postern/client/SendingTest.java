package dev.postern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpTransport;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import dev.postern.testkit.WireRequest;
import dev.postern.wire.RequestWriter;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client sends to the gateway: URLs, headers, bodies. */
class SendingTest extends HttpFixture {
    private static final String ANSWER = "{\"content\":\"Hi\",\"stop_reason\":\"end_turn\"}";
    private static final String STOP =
            "data: {\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\"}\n\n";
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    @ParameterizedTest
    @CsvSource({"'',''", "/,''", "/gate/way,/gate/way", "/gate/,/gate", "/x/api/v1/llm,/x", "/api/v1/llm/completions,''"
    })
    void thePathsFollowTheBaseUrl(String typed, String prefix) {
        ScriptedServer server = server(
                exchange -> exchange.answer(200, "application/json", ANSWER),
                exchange -> exchange.answer(200, "text/event-stream", STOP),
                exchange -> exchange.answer(200, "application/json", "{\"models\":[]}"),
                exchange -> exchange.answer(404, "application/json", "{\"detail\":\"Not Found\"}"),
                exchange -> exchange.answer(200, "application/json", "{\"status\":\"ok\"}"));
        GatewayClient client = client(server, it -> it.baseUrl(server.uri() + typed));

        client.completions(HELLO);
        Recorder.of(client.stream(HELLO)).awaitComplete();
        client.listModels();
        client.health();

        assertThat(server.requests())
                .extracting(request -> request.method() + " " + request.target())
                .containsExactly(
                        "POST " + prefix + "/api/v1/llm/completions",
                        "POST " + prefix + "/api/v1/llm/completions/stream",
                        "GET " + prefix + "/api/v1/llm/models",
                        "GET " + prefix + "/readyz",
                        "GET " + prefix + "/healthz");
    }

    @Test
    void theBodyHasTheFormatOfTheGateway() {
        ScriptedServer server = json(200, ANSWER);
        CompletionRequest request = CompletionRequest.builder()
                .model("m")
                .system("s")
                .user("Hello")
                .temperature(0.5)
                .build();

        client(server).completions(request);

        WireRequest sent = server.requests().get(0);
        assertThat(sent.body()).isEqualTo(RequestWriter.write(request));
        assertThat(sent.header("Content-Type")).isEqualTo("application/json");
        assertThat(sent.header("Accept")).isEqualTo("application/json");
        assertThat(sent.headerNames())
                .doesNotContain("Authorization", "X-Provider-LLM", "X-Tool-Deltas")
                .noneMatch(name -> name.startsWith("X-AWS"));
    }

    @Test
    void aStreamAsksForTheFragmentsOfToolArguments() {
        ScriptedServer server = sse(STOP);

        Recorder.of(client(server).stream(HELLO)).awaitComplete();

        assertThat(server.requests().get(0).header("X-Tool-Deltas")).isEqualTo("true");
        assertThat(server.requests().get(0).header("Accept")).isEqualTo("text/event-stream");
    }

    @Test
    void theBackendOfTheRequestReplacesThatOfTheClient() {
        ScriptedServer server = json(200, ANSWER);
        GatewayClient client = client(server, it -> it.backend("alt"));

        client.completions(HELLO);
        client.completions(HELLO.toBuilder().backend("main").build());

        assertThat(server.requests())
                .extracting(request -> request.header("X-Provider-LLM"))
                .containsExactly("alt", "main");
    }

    @Test
    void modelsAreListedForTheBackendOfTheClient() {
        ScriptedServer server = json(200, "{\"models\":[{\"name\":\"m\",\"provider\":\"p\",\"capabilities\":[]}]}");

        assertThat(client(server, it -> it.backend("alt")).listModels())
                .singleElement()
                .satisfies(model -> assertThat(model.name()).isEqualTo("m"));
        assertThat(server.requests().get(0).header("X-Provider-LLM")).isEqualTo("alt");
    }

    @Test
    void headersAndCredentialsOfTheCallAreSent() {
        ScriptedServer server = json(200, ANSWER);
        CallOptions options = CallOptions.builder()
                .header("X-WireRequest-Id", "r-7")
                .header("x-own", "theirs")
                .query("a b", "c&d")
                .credential("aws_access_key_id", "AKIA1")
                .credential("aws_secret_access_key", "aws-secret")
                .credential("aws_session_token", "aws-token")
                .credential("aws_region", "eu-west-1")
                .credential("gcp_token", "not-yours")
                .build();

        client(server, it -> it.header("X-Own", "ours").header("X-More", "more"))
                .completions(HELLO.toBuilder().options(options).build());

        WireRequest sent = server.requests().get(0);
        assertThat(sent.target()).isEqualTo("/api/v1/llm/completions?a%20b=c%26d");
        assertThat(sent.header("X-WireRequest-Id")).isEqualTo("r-7");
        assertThat(sent.header("X-Own")).isEqualTo("theirs");
        assertThat(sent.header("X-More")).isEqualTo("more");
        assertThat(sent.header("X-AWS-Access-Key-Id")).isEqualTo("AKIA1");
        assertThat(sent.header("X-AWS-Secret-Access-Key")).isEqualTo("aws-secret");
        assertThat(sent.header("X-AWS-Session-Token")).isEqualTo("aws-token");
        assertThat(sent.header("X-AWS-Region")).isEqualTo("eu-west-1");
        assertThat(sent.headers().toString() + sent.text()).doesNotContain("not-yours");
        assertThat(sent.text()).doesNotContain("AKIA1", "aws-secret", "aws-token", "r-7");
    }

    @Test
    void theKeySupplierIsCalledBeforeEachCallAndTheRequestsKeyReplacesIt() {
        ScriptedServer server = json(200, ANSWER);
        AtomicInteger calls = new AtomicInteger();
        GatewayClient client = client(server, it -> it.apiKey(() -> "key-" + calls.incrementAndGet() + "\n"));

        client.completions(HELLO);
        client.completions(HELLO);
        client.completions(HELLO.toBuilder()
                .options(CallOptions.builder().apiKey("own").build())
                .build());

        assertThat(server.requests())
                .extracting(request -> request.header("Authorization"))
                .containsExactly("Bearer key-1", "Bearer key-2", "Bearer own");
    }

    @Test
    void errorsDoNotContainCredentialsThatTheServerRepeats() {
        List<String> secrets = List.of("aws-secret-1", "AKIA1234", "token/5678", KEY, "cookie-monster");
        String echo = String.join(" ", secrets);
        ScriptedServer server = server(
                exchange -> exchange.answer(400, "application/json", "{\"detail\":\"no: " + echo + "\"}"),
                exchange -> exchange.answer(
                        500,
                        "application/json",
                        "{\"detail\":\"d\",\"error\":{\"kind\":\"server\",\"message\":\"" + echo + "\",\"code\":\""
                                + echo + "\",\"model\":\"" + echo + "\",\"request_id\":\"" + echo + "\"}}"),
                exchange -> exchange.answer(
                        200, "text/event-stream", "data: {\"type\":\"error\",\"message\":\"" + echo + "\"}\n\n"),
                exchange -> exchange.answer(200, KEY + "/x", echo));
        CompletionRequest request = HELLO.toBuilder()
                .options(CallOptions.builder()
                        .credential("aws_access_key_id", "AKIA1234")
                        .credential("aws_secret_access_key", "aws-secret-1")
                        .credential("aws_session_token", "token/5678")
                        .header("Cookie", "cookie-monster")
                        .build())
                .build();
        GatewayClient client = client(server, it -> it.apiKey(KEY));

        for (int call = 0; call < 4; call++) {
            LlmException failure = Recorder.of(client.stream(request)).awaitFailure(LlmException.class);
            assertThat(List.of(
                            failure.toString(),
                            failure.code(),
                            failure.model(),
                            failure.requestId(),
                            failure.serverMessage(),
                            String.valueOf(failure.getCause())))
                    .as("call %d", call)
                    .noneMatch(text -> secrets.stream().anyMatch(text::contains));
            assertThat(failure.backend()).isEqualTo("test");
        }
        assertThat(client.toString()).doesNotContain(KEY);
    }

    @Test
    void theErrorNamesAFailedSupplierAndDropsItsMessage() {
        ScriptedServer server = json(200, ANSWER);
        GatewayClient client = client(
                server,
                it -> it.apiKey(() -> {
                    throw new IllegalStateException(KEY);
                }));

        assertThatThrownBy(() -> client.completions(HELLO))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("api_key")
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:8000", "ftp://host", "http://", "http://user:pa ss@host", "not an address"})
    void anInvalidAddressIsRefusedWhenTheClientIsBuilt(String address) {
        assertThatThrownBy(() -> GatewayClient.builder().baseUrl(address).build())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("base_url")
                .hasMessageNotContaining("pa ss");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:se?cret@host/v1",
                "http://user:se\ncret@host/v1",
                "http://host:port/v1?key=a\nsecret",
                "http://ho st/v1?key=ab@cret",
                "user:secret@host/v1"
            })
    void anInvalidAddressIsShownWithoutItsSecrets(String address) {
        assertThatThrownBy(() -> GatewayClient.builder().baseUrl(address).build())
                .hasMessageStartingWith("base_url: '")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("user", "cret"));
    }

    @Test
    void contradictorySettingsAreRefused() {
        try (HttpTransport transport = HttpTransport.builder().build()) {
            assertThatThrownBy(() -> GatewayClient.builder()
                            .baseUrl("http://host")
                            .transport(transport)
                            .httpClient(HttpClient.newHttpClient())
                            .build())
                    .hasMessageContaining("transport");
        }
        assertThatThrownBy(() -> GatewayClient.builder()
                        .baseUrl("http://host")
                        .maxEventBytes(0)
                        .build())
                .hasMessage("max_event_bytes: must be at least 1, but is 0.");
        assertThatThrownBy(() -> GatewayClient.builder()
                        .baseUrl("http://host")
                        .maxResponseBytes(-1)
                        .build())
                .hasMessage("max_response_bytes: must be at least 1, but is -1.");
    }

    @Test
    void aSharedTransportStaysOpen() {
        ScriptedServer server = json(200, ANSWER);
        try (HttpTransport transport = HttpTransport.builder().build()) {
            GatewayClient one = GatewayClient.builder()
                    .baseUrl(server.uri().toString())
                    .transport(transport)
                    .build();
            one.close();
            assertThat(one.completions(HELLO).content()).isEqualTo("Hi");
        }
    }
}
