package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Console console = new Console();

    @Test
    void quickstartNeedsNoSettingAndShowsAllThree() throws Exception {
        int status = Example.run(Quickstart::run, Map.of(), console.out);

        assertThat(status).isZero();
        assertThat(console.text())
                .startsWith("No server is configured, so this talks to a stand-in")
                .contains("model  Paris\n")
                .contains("model  An LLM gateway stands between")
                .contains("model  calls get_weather with {city=Paris}\n")
                .contains("tool   18 °C and sunny\n")
                .contains("model  The weather in Paris: 18 °C and sunny.\n\nThat was Quickstart.java");
    }

    @Test
    void quickstartUsesTheServerOfTheEnvironment() throws Exception {
        try (StandInServer server = StandInServer.start(Duration.ZERO)) {
            int status = Example.run(
                    Quickstart::run,
                    Map.of("OPENAI_BASE_URL", server.baseUrl(), "OPENAI_MODEL", StandInServer.MODEL),
                    console.out);

            assertThat(status).isZero();
            assertThat(console.text())
                    .startsWith("Server: OpenAiProvider[openai at " + server.baseUrl())
                    .doesNotContain("No server is configured")
                    .contains("model  The weather in Paris: 18 °C and sunny.");
        }
    }

    @Test
    void aFailureIsOneSentenceAndAStatus() throws Exception {
        try (StandInServer server = StandInServer.start(Duration.ZERO)) {
            int status = Example.run(
                    Quickstart::run,
                    Map.of(
                            "OPENAI_BASE_URL", server.baseUrl(),
                            "OPENAI_MODEL", StandInServer.MODEL,
                            "OPENAI_API_KEY", StandInServer.WRONG_KEY),
                    console.out);

            assertThat(status).isEqualTo(1);
            assertThat(console.text().lines().reduce((first, last) -> last))
                    .hasValueSatisfying(last -> assertThat(last).startsWith("Failed (AUTHENTICATION): "));
        }
    }

    @Test
    void langChain4jShowsAWholeAnswerAndAStream() throws Exception {
        int status = Example.run(LangChain4j::run, Map.of(), console.out);

        assertThat(status).isZero();
        assertThat(console.text())
                .contains("model  Paris\n")
                .contains("model  An LLM gateway stands between")
                .contains("usage  PosternTokenUsage[input=");
    }

    @Test
    void anUnreachableServerIsOneSentenceToo() throws Exception {
        int status = Example.run(
                Streaming::run,
                Map.of("OPENAI_BASE_URL", "http://127.0.0.1:" + closedPort(), "OPENAI_MODEL", "m"),
                console.out);

        assertThat(status).isEqualTo(1);
        assertThat(console.text()).contains("Failed (CONNECTION): Nothing listens at ");
    }

    @Test
    void aServerWithSeveralModelsNeedsAModelName() throws Exception {
        try (StandInServer server = StandInServer.start(Duration.ZERO)) {
            int status = Example.run(Quickstart::run, Map.of("OPENAI_BASE_URL", server.baseUrl()), console.out);

            assertThat(status).isEqualTo(1);
            assertThat(console.text())
                    .isEqualTo("Failed (CONFIGURATION): OPENAI_MODEL is not set, and this server has 4 models:"
                            + " stand-in, stand-in-busy, stand-in-cut, stand-in-slow.\n");
        }
    }

    @Test
    void streamingShowsTheLoopAndTheSubscriber() throws Exception {
        assertThat(Example.run(Streaming::run, Map.of(), console.out)).isZero();

        assertThat(console.text())
                .contains("took an hour.\n\nA subscriber")
                .contains("to the ambassadors.\n(stand-in stopped: END_TURN)\n");
    }

    @Test
    void reactorShowsAStreamAndOneThatIsLeft() throws Exception {
        assertThat(Example.run(Reactive::run, Map.of(), console.out)).isZero();

        String[] parts = console.text().split("The first words again: ");
        assertThat(parts).hasSize(2);
        assertThat(parts[0]).contains("took an hour.").endsWith("to the ambassadors.\n\n");
        assertThat(parts[1].strip()).isNotEmpty().hasSizeLessThan(60);
        assertThat(parts[0]).contains(parts[1].strip());
    }

    @Test
    void toolsRunInTheOrderOfTheCalls() throws Exception {
        assertThat(Example.run(Tools::run, Map.of(), console.out)).isZero();

        assertThat(console.text())
                .contains("error: no station there")
                .contains(
                        "model  The weather in Paris: 18 °C and sunny. The weather in Oslo: 9 °C and rainy. The weather"
                                + " in Atlantis: no station there");
    }

    @Test
    void aDeclaredAgentUsesItsToolsAndRemembers() throws Exception {
        assertThat(Example.runWithSettings(DeclaredAgent::run, Map.of(), console.out))
                .isZero();

        assertThat(console.text())
                .startsWith("No server is configured, so this talks to a stand-in")
                .contains("[remember {key=note, content=I like rain} -> Stored memory 'note'.]\n")
                .contains("[get_weather {city=Oslo} -> 9 °C and rainy]\n")
                .contains("The weather in Oslo: 9 °C and rainy. The weather in Paris: 18 °C and sunny.")
                .contains("(2 turns, tools [get_weather, get_weather, remember], ")
                .contains("> What do you know about me?\n[list_memories {} -> - note: I like rain]\n")
                .containsPattern("The session [0-9a-f]{16} has 2 turns; the memory holds 1\\.\n");
    }

    @Test
    void aDeclaredAgentUsesTheServerOfTheEnvironment() throws Exception {
        try (StandInServer server = StandInServer.start(Duration.ZERO)) {
            Map<String, String> wrong = Map.of(
                    "OPENAI_BASE_URL", server.baseUrl(),
                    "OPENAI_MODEL", StandInServer.MODEL,
                    "OPENAI_API_KEY", StandInServer.WRONG_KEY);

            assertThat(Example.runWithSettings(DeclaredAgent::run, wrong, console.out))
                    .isEqualTo(1);
            assertThat(console.text()).contains("Failed (AUTHENTICATION): ").doesNotContain("No server is configured");

            Map<String, String> severalModels = Map.of("OPENAI_BASE_URL", server.baseUrl());
            assertThat(Example.runWithSettings(DeclaredAgent::run, severalModels, console.out))
                    .isEqualTo(1);
            assertThat(console.text()).contains("OPENAI_MODEL is not set, and this server has 4 models");
        }
    }

    @Test
    void anAgentUsesTheToolsOfAnMcpServer() throws Exception {
        assertThat(Example.run(Mcp::run, Map.of(), console.out)).isZero();

        assertThat(console.text())
                .contains("server   McpServerInfo[name=weather, version=1, protocol=2026-07-28, instructions=]\n")
                .contains("tool     station_get_weather: The weather in a city, now.\n")
                .contains("progress asks the station in Oslo\n")
                .contains("model    calls station_get_weather with {city=Paris}\n")
                .contains("model    The weather in Paris: 18 °C and sunny. The weather in Oslo: 9 °C and rainy.\n");
    }

    @Test
    void structuredReadsTheAnswerByItsSchema() throws Exception {
        assertThat(Example.run(JsonAnswer::run, Map.of(), console.out)).isZero();

        assertThat(console.text())
                .contains("name        Ada Lovelace\n")
                .contains("born        1815\n")
                .contains("birthplace  London\n");
    }

    @Test
    void errorsShowsEachKindThatItMakes() {
        try (StandInServer server = StandInServer.start(Duration.ZERO)) {
            Errors.run(server, console.out);
        }

        assertThat(console.text().lines().filter(line -> line.startsWith("  kind")))
                .containsExactly(
                        "  kind        AUTHENTICATION",
                        "  kind        NOT_FOUND",
                        "  kind        TIMEOUT",
                        "  kind        RATE_LIMITED",
                        "  kind        INCOMPLETE_STREAM",
                        "  kind        INVALID_REQUEST");
        assertThat(console.text())
                .contains("what to do  ask again in 1 s")
                .contains("waits as asked\n  answer      You said")
                .doesNotContain(StandInServer.WRONG_KEY);
    }

    @Test
    void routingShowsTheFallbackAndItsReason() throws Exception {
        Routing.run(console.out);

        assertThat(console.text().lines().filter(line -> line.startsWith("   log     asks")))
                .containsExactly(
                        "   log     asks cloud",
                        "   log     asks local",
                        "   log     asks cloud",
                        "   log     asks local",
                        "   log     asks local", // the circuit breaker of the cloud is open by now
                        "   log     asks local");
        assertThat(console.text())
                .contains("   log     FALLBACK from cloud to local: Nothing listens at ")
                .contains("   answer  Paris (stand-in)");
    }

    @Test
    void springAiShowsAnAnswerAndATool() throws Exception {
        assertThat(Example.run(SpringAi::run, Map.of(), console.out)).isZero();

        assertThat(console.text()).contains("\nParis\n").contains("The weather in Paris: 18 °C and sunny.\n");
    }

    @Test
    void customProviderIsFoundAndReportsAnUnknownSetting() {
        CustomProvider.run(console.out);

        assertThat(console.text())
                .contains("   backends  [parrot]")
                .contains("   parrot    Polly! Pieces of eight! Pieces of eight! Pieces of eight!")
                .contains("providers.llm.backends.parrot.config");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
