package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.server",
                500_000,
                12_900_000,
                "jackson-core",
                "micrometer-commons",
                "micrometer-core",
                "micrometer-observation",
                "micrometer-registry-prometheus",
                "netty-buffer",
                "netty-codec-base",
                "netty-codec-classes-quic",
                "netty-codec-compression",
                "netty-codec-dns",
                "netty-codec-http",
                "netty-codec-http2",
                "netty-codec-http3",
                "netty-codec-socks",
                "netty-common",
                "netty-handler",
                "netty-handler-proxy",
                "netty-resolver",
                "netty-resolver-dns",
                "netty-tcnative-classes",
                "netty-transport",
                "netty-transport-native-unix-common",
                "nimbus-jose-jwt",
                "opentelemetry-api",
                "opentelemetry-common",
                "opentelemetry-context",
                "postern-agents",
                "postern-config",
                "postern-core",
                "postern-gateway",
                "postern-genai",
                "postern-jdbc",
                "postern-micrometer",
                "postern-opentelemetry",
                "postern-provider-bedrock",
                "postern-provider-openai",
                "postern-schema",
                "postern-usage",
                "postern-wire",
                "prometheus-metrics-config",
                "prometheus-metrics-core",
                "prometheus-metrics-exposition-textformats",
                "prometheus-metrics-model",
                "prometheus-metrics-tracer-common",
                "snakeyaml-engine",
                "vertx-core",
                "vertx-core-logging");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of(
                "io.opentelemetry.api",
                "io.opentelemetry.common",
                "io.opentelemetry.context",
                "io.prometheus.metrics.config",
                "io.prometheus.metrics.core",
                "io.prometheus.metrics.model",
                "io.prometheus.metrics.tracer.common",
                "io.prometheus.writer.text",
                "micrometer.commons",
                "micrometer.core",
                "micrometer.observation",
                "micrometer.registry.prometheus");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            call(modules.loadClass(GatewayServerMain.class.getName()), "main", (Object) new String[] {"--help"});
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("server/run", "--config", "--port");
    }

    @Test
    void servesAnAnswerFromTheModulePath(@TempDir Path home) throws Exception {
        String path = jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> launcher =
                List.of("--module-path", path, "--module", "dev.postern.server/" + GatewayServerMain.class.getName());
        try (ServerProcess server = new ServerProcess(home, launcher, "--port", "0")) {
            URI url = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/llm/completions");
            String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}";
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(url)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.body()).contains("Paris");
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }
}
