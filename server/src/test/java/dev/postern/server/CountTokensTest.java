package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import dev.postern.server.http.Limits;
import dev.postern.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bedrock counts the tokens of a request; if it cannot, the number is an estimate. */
class CountTokensTest {
    @TempDir
    private Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private final ScriptedServer bedrock = new ScriptedServer(exchange -> {
        asked.add(exchange.request().path() + " " + exchange.request().text());
        exchange.answer(
                status,
                "application/json",
                status == 200
                        ? "{\"inputTokens\":42}"
                        : "{\"__type\":\"ValidationException\",\"message\":\"The provided model doesn't support counting"
                                + " tokens.\"}");
    });

    @AfterEach
    void close() {
        bedrock.close();
    }

    private RawClient.Answer count() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    default: aws
                    backends:
                      aws: {backend: bedrock, config: {endpoint: "%s", region: us-east-1, api_key: test, retries: 1}}
                """.formatted(bedrock.uri()));
        String body =
                "{\"model\":\"us.anthropic.claude-sonnet-4-5-20250929-v1:0\",\"max_tokens\":9,\"system\":\"Be brief.\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                        + "\"tools\":[{\"name\":\"t\",\"input_schema\":{\"type\":\"object\"}}]}";
        try (GatewayService service = GatewayService.start(
                        new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                        Map.of(),
                        Limits.defaults());
                RawClient client = new RawClient(service.port())) {
            return client.request("POST", "/v1/messages/count_tokens", body).answer();
        }
    }

    @Test
    void bedrockCounts() throws IOException {
        RawClient.Answer answer = count();
        assertThat(answer.body()).isEqualTo("{\"input_tokens\":42}");
        assertThat(answer.header("X-Token-Count")).isEmpty();
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0))
                .isEqualTo("/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/count-tokens "
                        + "{\"input\":{\"converse\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}],"
                        + "\"system\":[{\"text\":\"Be brief.\"}],\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"t\","
                        + "\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}]}}}}");
    }

    @Test
    void aModelThatCannotCountIsNoFailure() throws IOException {
        status = 400;
        RawClient.Answer answer = count();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Token-Count")).isEqualTo("estimate");
        assertThat(Json.object(answer.body()).integer("input_tokens", 0)).isPositive();
    }
}
