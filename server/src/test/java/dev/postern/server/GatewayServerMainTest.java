package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayServerMainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... args) {
        return GatewayServerMain.run(
                args,
                Map.of(),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                new PrintStream(complained, true, StandardCharsets.UTF_8));
    }

    private String complaint() {
        return complained.toString(StandardCharsets.UTF_8);
    }

    @Test
    void withoutAConfigurationItServesTheStandIn() throws IOException {
        try (ServerProcess server = new ServerProcess(folder, "--port", "0")) {
            int port = server.port();
            String url = "http://127.0.0.1:" + port;
            String question = "{\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}";
            assertThat(server.output())
                    .contains("The gateway listens at " + url
                            + ".\n"
                            + "It asks for no keys: everybody on this machine can use the backends.\n"
                            + "Backends: stand-in (default)\n"
                            + "Agents: assistant\n")
                    .contains("\ncurl -sN " + url + "/api/v1/agents/assistant/chat/stream ")
                    .contains("\ncurl -s " + url + COMPLETIONS + " -H 'Content-Type: application/json' -d '" + question
                            + "'\n")
                    .contains("\ncurl -sN " + url + STREAM + " -H 'Content-Type: application/json' -d '" + question
                            + "'\n");

            try (RawClient client = new RawClient(port)) {
                RawClient.Answer whole =
                        client.request("POST", COMPLETIONS, question).answer();
                assertThat(TestServer.field(whole, "content")).isEqualTo("Paris");
                RawClient.Answer stream =
                        client.request("POST", STREAM, question).answer();
                assertThat(stream.body()).contains("\"Paris\"").contains("message_stop");
                RawClient.Answer ready = client.request("GET", "/readyz", "").answer();
                assertThat(ready.body()).isEqualTo("{\"status\":\"ok\",\"checks\":{\"llm/stand-in\":\"ok\"}}");
            }
            server.awaitLine(" INFO    POST " + COMPLETIONS + " 200 ");
        }
    }

    @Test
    void aServerOnAPublicAddressPrintsAWarning() throws IOException {
        try (ServerProcess server = new ServerProcess(folder, "--host", "0.0.0.0", "--port", "0", "--no-keys")) {
            server.port();
            assertThat(server.output())
                    .contains(" and all other addresses of this machine.\n"
                            + "It asks for no keys: everybody who can reach it");
        }
    }

    @Test
    void aServerOnAPublicAddressNeedsKeys() {
        assertThat(run("--host", "0.0.0.0", "--port", "0")).isEqualTo(1);
        assertThat(complaint()).contains("keys create --name NAME --file FILE").contains("--no-keys");
    }

    @Test
    void theCommandForKeysMakesAKey() {
        String file = folder.resolve("keys.yaml").toString();

        assertThat(run("keys", "create", "--name", "ann", "--file", file)).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("\npostern_");
        assertThat(run("keys")).isEqualTo(2);
        assertThat(complaint()).contains("keys rotate ID");
    }

    @Test
    void sigtermLetsAnAnswerComplete() throws IOException {
        try (ServerProcess server = new ServerProcess(folder, "--port", "0");
                RawClient client = new RawClient(server.port())) {
            client.request("POST", STREAM, "{\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story\"}]}");
            assertThat(client.line()).contains("200"); // the answer has begun and takes some seconds

            server.terminate();

            client.headers();
            assertThat(client.rest())
                    .contains("ambassadors")
                    .contains("\"type\":\"message_stop\"")
                    .contains("\r\n0\r\n\r\n");
            assertThat(server.status()).isEqualTo(128 + 15);
            assertThat(server.output())
                    .contains("Stopping; active requests (1) have 10 seconds.\n")
                    .endsWith("Stopped.");
        }
    }

    @Test
    void sigtermCutsOffALongStreamWithAnErrorEventAndALogLine() throws IOException {
        try (ServerProcess server = new ServerProcess(folder, "--port", "0", "--grace", "1");
                RawClient client = new RawClient(server.port())) {
            client.request(
                    "POST",
                    STREAM,
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story\"}]}",
                    "X-Request-Id: r1");
            assertThat(client.line()).contains("200"); // the answer has begun and takes some seconds

            server.terminate();

            client.headers();
            assertThat(client.rest())
                    .contains("\"type\":\"error\",\"kind\":\"incomplete_stream\"")
                    .doesNotContain("message_stop")
                    .doesNotContain("\r\n0\r\n\r\n");
            assertThat(server.status()).isEqualTo(128 + 15);
            assertThat(server.output())
                    .contains(" WARNING The gateway shuts down and cuts off what is still being answered (1).")
                    .containsPattern("INFO    POST .* request=r1 \\(cut off: the gateway shuts down\\)")
                    .endsWith("Stopped.");
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (ServerProcess server = new ServerProcess(folder, "--port=0");
                RawClient silent = new RawClient(server.port());
                RawClient half = new RawClient(server.port())) {
            half.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: h\r\nContent-Le");

            assertThat(half.rest()).isEmpty();
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void aPortInUseIsReportedInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThat(run("--port", Integer.toString(port))).isEqualTo(1);
            assertThat(complaint())
                    .startsWith("The server cannot listen at 127.0.0.1, port " + port + " (")
                    .endsWith("; choose another --port or --host.\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void theLogHasNoLineForEachPieceOfARefusedUpload() {
        run("--host", "no-such-host.invalid");
        assertThat(Logger.getLogger("io.netty.handler.codec.http2").isLoggable(Level.INFO))
                .isFalse();
        assertThat(Logger.getLogger("io.netty").isLoggable(Level.INFO)).isTrue();
    }

    @Test
    void anUnknownHostIsReportedInOneSentence() {
        assertThat(run("--host", "no-such-host.invalid")).isEqualTo(1);
        assertThat(complaint())
                .contains("no-such-host.invalid")
                .contains("unknown")
                .hasLineCount(1);
    }

    @Test
    void invalidArgumentsShowTheUsage() {
        assertThat(run("--prot", "8000")).isEqualTo(2);
        assertThat(complaint()).startsWith("There is no argument --prot.\n\nUsage: server/run");
        assertThat(printed.size()).isZero();
    }

    @Test
    void helpIsNotAnError() {
        assertThat(run("--help")).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(Arguments.USAGE);
    }

    @Test
    void anInvalidConfigurationIsReportedInOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
            providers:
              llm:
                backends:
                  main: {backend: nonesuch}
            """);
        for (String config :
                List.of(file.toString(), folder.resolve("absent.yaml").toString())) {
            complained.reset();

            assertThat(run("--config", config, "--port", "0")).isEqualTo(1);
            assertThat(complaint()).hasLineCount(1).contains(config).doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void bedrockWithoutCredentialsIsA400() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
            providers:
              llm:
                default: aws
                backends:
                  aws:
                    backend: bedrock
                    config: {region: us-east-1, default_model: "us.amazon.nova-lite-v1:0"}
            """);
        try (ServerProcess server = new ServerProcess(folder, "--config", file.toString(), "--port", "0");
                RawClient client = new RawClient(server.port())) {
            for (String path : List.of(COMPLETIONS, STREAM)) {
                RawClient.Answer answer = client.request("POST", path, HELLO).answer();

                assertThat(answer.status()).as(answer.body()).isEqualTo(400);
                assertThat(TestServer.field(answer, "detail")).asString().contains("credentials");
            }
        }
    }
}
