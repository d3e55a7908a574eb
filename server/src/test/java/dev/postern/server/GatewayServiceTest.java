package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.server.http.Limits;
import dev.postern.testkit.ScriptedServer;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, from the configuration file to the backend. */
class GatewayServiceTest {
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"model\":\"m\"}";

    private static final String MODELS = "{\"data\":[{\"id\":\"m\"}]}";

    @TempDir
    private Path folder;

    private final ScriptedServer backend = new ScriptedServer(exchange ->
            exchange.answer(200, "application/json", exchange.request().method().equals("GET") ? MODELS : ANSWER));
    private Path file;
    private GatewayService service;
    private long changes;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("gateway.yaml");
        write("main");
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of("THE_KEY", "sk-of-the-environment"),
                Limits.defaults());
    }

    @AfterEach
    void stop() {
        service.close();
        backend.close();
    }

    private void write(String name) throws IOException {
        write(name, "openai");
    }

    private void write(String name, String type) throws IOException {
        String config = type.equals("noop")
                ? ""
                : ", config: {base_url: \"" + backend.uri() + "\", default_model: m, api_key: \"${THE_KEY}\"}";
        Files.writeString(file, """
            providers:
              llm:
                default: %s
                backends:
                  %s: {backend: %s%s}
            """.formatted(name, name, type, config));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
    }

    private RawClient.Answer get(String path, String... headers) throws IOException {
        try (RawClient client = new RawClient(service.port())) {
            return client.request("GET", path, "", headers).answer();
        }
    }

    private RawClient.Answer await(String path, Predicate<RawClient.Answer> wanted, String... headers)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (; ; ) {
            RawClient.Answer answer = get(path, headers);
            if (wanted.test(answer)) {
                return answer;
            }
            assertThat(System.nanoTime()).as(answer.body()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50); // the file is checked every two seconds
        }
    }

    @Test
    void aConfiguredBackendReceivesTheKeyOfTheEnvironment() throws IOException {
        try (RawClient client = new RawClient(service.port())) {
            RawClient.Answer answer = client.request("POST", COMPLETIONS, HELLO).answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(TestServer.field(answer, "content")).isEqualTo("Hi");
            assertThat(backend.requests().get(0).header("Authorization")).isEqualTo("Bearer sk-of-the-environment");
            assertThat(backend.requests().get(0).text()).contains("\"model\":\"m\"");
        }
    }

    @Test
    void noopReturnsAnEmptyAnswer() throws Exception {
        write("empty", "noop");
        await("/api/v1/providers", answer -> answer.body().contains("\"default\":\"empty\""));
        String body = HELLO.replaceFirst("\\{", "{\"model\":\"some-model\",");
        try (RawClient client = new RawClient(service.port())) {
            assertThat(TestServer.map(client.request("POST", COMPLETIONS, body).answer()))
                    .containsEntry("model", "some-model")
                    .containsEntry("content", "")
                    .containsEntry("usage", Map.of());
            assertThat(client.request("POST", STREAM, body).answer().body())
                    .startsWith(
                            "data: {\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"some-model\"")
                    .hasLineCount(2);
            assertThat(client.request("GET", "/api/v1/llm/models", "").answer().body())
                    .isEqualTo("{\"models\":[]}");
        }
    }

    @Test
    void theFileIsReloadedAndAnInvalidFileChangesNothing() throws Exception {
        assertThat(get("/api/v1/providers").body())
                .isEqualTo("{\"llm\":{\"default\":\"main\",\"available\":[\"main\"]}}");

        write("other");
        await("/api/v1/providers", answer -> answer.body().contains("\"default\":\"other\""));

        write("third", "nonesuch");
        RawClient.Answer degraded = await("/readyz", answer -> answer.body().contains("config_reload_error"));
        assertThat(degraded.status()).isEqualTo(200); // the previous configuration is still in use
        assertThat(degraded.body())
                .contains("\"status\":\"degraded\"")
                .contains("providers.llm.backends.third.backend")
                .doesNotContain("sk-of-the-environment");
        assertThat(get("/api/v1/providers").body()).contains("\"default\":\"other\"");

        write("fourth");
        await("/readyz", answer -> answer.status() == 200 && answer.body().contains("llm/fourth"));
    }

    @Test
    void theSettingsOfTheServerAreReloaded() throws Exception {
        String foreign = "Origin: https://chat.example.com";
        try (RawClient client = new RawClient(service.port())) {
            assertThat(client.request("GET", "/api/v1/providers", "", foreign)
                            .answer()
                            .status())
                    .isEqualTo(403);
        }
        Files.writeString(file, Files.readString(file) + "server: {allowed_origins: ['https://chat.example.com']}\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
        await("/api/v1/providers", answer -> answer.status() == 200, foreign);

        Files.writeString(file, Files.readString(file) + "agents: {specs: {one: {nonsense: 1}}}\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
        await("/readyz", answer -> answer.body().contains("nonsense"));
        await("/api/v1/providers", answer -> answer.status() == 200, foreign);
    }

    @Test
    void theFileSetsTheLimits() throws Exception {
        service.close();
        Files.writeString(file, Files.readString(file) + "server: {limits: {body: 20}}\n");
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of("THE_KEY", "sk-of-the-environment"),
                Limits.defaults());

        try (RawClient client = new RawClient(service.port())) {
            RawClient.Answer answer = client.request("POST", COMPLETIONS, HELLO).answer();
            assertThat(answer.status()).isEqualTo(413);
        }
    }

    @Test
    void theFileSetsHowLongARunWaitsForItsClient() throws Exception {
        service.close();
        Files.writeString(
                file, Files.readString(file) + "agents: {specs: {one: {}}}\nserver: {replay: {keep: 0, linger: 3s}}\n");
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of("THE_KEY", "sk-of-the-environment"),
                Limits.defaults());
        try (RawClient client = new RawClient(service.port())) {
            client.request("POST", "/api/v1/agents/one/chat/stream", "{\"message\":\"hi\",\"session_id\":\"s\"}")
                    .answer();
        }
        await("/api/v1/agents/one/sessions/s/stream", answer -> answer.status() == 404); // five minutes by default
    }

    @Test
    void aStartThatFailsClosesTheAddressForOperators() throws Exception {
        int operators;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            operators = free.getLocalPort();
        }
        Files.writeString(file, Files.readString(file) + "server: {admin: {listen: '127.0.0.1:" + operators + "'}}\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Arguments arguments =
                    new Arguments(Optional.of(file), "127.0.0.1", taken.getLocalPort(), Duration.ZERO, false, false);
            assertThatThrownBy(() -> GatewayService.start(
                            arguments, Map.of("THE_KEY", "sk-of-the-environment"), Limits.defaults()))
                    .isInstanceOf(BindException.class);
        }
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), operators).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void theAgentsOfTheFileAreServedAndReloaded() throws Exception {
        Files.writeString(
                file,
                Files.readString(file) + "agents: {store: " + folder.resolve("made.json") + ", specs: {one: {}}}\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
        await("/api/v1/agents/one", answer -> answer.status() == 200);
        try (RawClient client = new RawClient(service.port())) {
            String hi = "{\"message\":\"hi\",\"session_id\":\"s\"}";
            RawClient.Answer answer =
                    client.request("POST", "/api/v1/agents/one/chat", hi).answer();
            assertThat(TestServer.field(answer, "response")).isEqualTo("Hi");
        }

        Files.writeString(file, Files.readString(file).replace("one: {}", "two: {description: new}"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
        await("/api/v1/agents/two", answer -> answer.status() == 200);
        assertThat(get("/api/v1/agents/one").status()).isEqualTo(404);

        Files.writeString(file, Files.readString(file).replace("description", "descripton"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++changes)));
        RawClient.Answer degraded = await("/readyz", answer -> answer.body().contains("config_reload_error"));
        assertThat(degraded.body()).contains("agents.specs.two.descripton").contains("Did you mean 'description'?");
        assertThat(get("/api/v1/agents/two").body()).contains("\"description\":\"new\"");
    }
}
