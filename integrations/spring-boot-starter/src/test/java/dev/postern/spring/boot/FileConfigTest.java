package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.WireServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Postern file: where it may be, its variables, and what is said if it cannot be used. */
class FileConfigTest {
    @TempDir
    private Path folder;

    private String message(String... properties) {
        String[] message = new String[1];
        Contexts.plain()
                .withPropertyValues(properties)
                .run(context -> message[0] = Contexts.cause(context.getStartupFailure(), LlmException.class)
                        .getMessage());
        return message[0];
    }

    @Test
    void variablesAreProperties() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    backends:
                      main:
                        backend: openai
                        config: {base_url: "${SERVER_URL}", api_key: "$TEAM_KEY", default_model: "${MODEL:-tiny}"}
                """);
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.plain()
                    .withPropertyValues(
                            "postern.config=" + file,
                            "server.address.of.model=" + server.url(),
                            "SERVER_URL=${server.address.of.model}",
                            "TEAM_KEY=secret-of-the-team")
                    .run(context -> {
                        assertThat(context.getBean(LlmProvider.class)
                                        .completions(QUESTION)
                                        .content())
                                .isEqualTo("Paris");
                        assertThat(server.request(0).header("Authorization")).isEqualTo("Bearer secret-of-the-team");
                        assertThat(server.request(0).json().text("model")).isEqualTo("tiny");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classpath:gateways/noop.yaml", "classpath:/gateways/noop.yaml"})
    void theFileMayBeOnTheClassPath(String location) {
        Contexts.plain()
                .withPropertyValues("postern.config=" + location)
                .run(context ->
                        assertThat(context.getBean(Gateway.class).backends()).containsExactly("packed"));
    }

    @Test
    void theFileMayBeAnAddress() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.json"), "{\"providers\": {\"llm\": {\"backend\": \"noop\"}}}");

        Contexts.plain()
                .withPropertyValues("postern.config=" + file.toUri())
                .run(context ->
                        assertThat(context.getBean(Gateway.class).backends()).containsExactly("default"));
    }

    @Test
    void anErrorNamesFileLineAndRemedy() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    backend: openai
                    config: {bas_url: "http://localhost"}
                """);

        assertThat(message("postern.config=" + file))
                .isEqualTo(file + ":4: providers.llm.config.bas_url: is not a known key. Did you mean 'base_url'?");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), "providers: {llm: {backend: openai, config: {api_key: $NO_SUCH_KEY}}}");

        assertThat(message("postern.config=" + file)).contains("the variable NO_SUCH_KEY is not set; set it");
    }

    @Test
    void aVariableThatCannotBeResolvedIsNamedWithoutItsValue() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), "providers: {llm: {backend: openai, config: {api_key: $TEAM_KEY}}}");

        assertThat(message("postern.config=" + file, "TEAM_KEY=very-secret-${no.such.part}"))
                .contains("the variable TEAM_KEY of the file")
                .doesNotContain("very-secret");
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() throws Exception {
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xC3, 0x28});
        Path large =
                Files.writeString(folder.resolve("large.yaml"), "#".repeat((1 << 20) + 1), StandardCharsets.US_ASCII);

        assertThat(message("postern.config=" + folder.resolve("missing.yaml")))
                .contains("postern.config: there is no file '" + folder.resolve("missing.yaml"));
        assertThat(message("postern.config=classpath:missing.yaml"))
                .contains("postern.config: there is no file 'classpath:missing.yaml'; correct the location");
        assertThat(message("postern.config=" + binary)).contains("is not text in UTF-8");
        assertThat(message("postern.config=" + large)).contains("is longer than 1 MiB");
        assertThat(message("postern.config=https://example.com/gateway.yaml"))
                .contains("must be a path, or begin with classpath: or file:");
    }

    @Test
    void aFileAndPropertiesOfABackendExcludeEachOther() {
        assertThat(message("postern.config=classpath:gateways/noop.yaml", "postern.api-key=very-secret"))
                .isEqualTo("postern.api-key: is set together with postern.config; remove one of them, because the file"
                        + " describes the backends");
    }

    @Test
    void aSectionOfTheApplicationIsRead() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), "{providers: {llm: {backend: noop}}, mine: {greeting: hello}}");
        StringBuilder read = new StringBuilder();

        Contexts.plain()
                .withPropertyValues("postern.config=" + file)
                .withBean(
                        GatewayLoaderCustomizer.class,
                        () -> loader -> loader.section("mine", settings -> {
                            String greeting = settings.text("greeting", "");
                            return () -> read.append(greeting);
                        }))
                .run(context -> assertThat(read).hasToString("hello"));
    }
}
