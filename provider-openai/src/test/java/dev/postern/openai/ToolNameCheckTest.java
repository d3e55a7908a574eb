package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolDefinition;
import dev.postern.openai.RequestRules.ToolNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolNameCheckTest extends MockServerTest {
    private static final String LONGEST = "a".repeat(64);

    private static List<ToolDefinition> tools(String... names) {
        return List.of(names).stream()
                .map(name -> ToolDefinition.of(name, "", Map.of()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "get_weather", "Get-Weather-2", "_", "-", "0"})
    void acceptsLettersDigitsUnderscoresAndDashes(String name) {
        assertThatCode(() -> ToolNameCheck.check(tools(name, LONGEST), ToolNames.UP_TO_64_LETTERS))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get weather", "files.read", "a/b", "a:b", "wetter_für_heute", "天気", "a\n", "a\u0131"})
    void refusesOtherCharactersAndNamesTheToolAndTheRule(String name) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> ToolNameCheck.check(tools("fine", name), ToolNames.UP_TO_64_LETTERS))
                .withMessage("tools[1].name: '" + name.replace('\n', '?')
                        + "' is refused by this server; use 1 to 64 characters of a-z, A-Z, 0-9, _ and -")
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
                    assertThat(e.refusedBeforeSending()).isTrue();
                });
    }

    @Test
    void refusesALongNameAndShowsItsBeginning() {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> ToolNameCheck.check(tools("a".repeat(500)), ToolNames.UP_TO_64_LETTERS))
                .withMessageStartingWith("tools[0].name: '" + "a".repeat(74) + "…' is refused");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> ToolNameCheck.check(tools(LONGEST + "a"), ToolNames.UP_TO_64_LETTERS));
    }

    @Test
    void onlyOpenAiAndAzureHaveTheRule() {
        assertThat(ServerProfile.all().stream()
                        .filter(profile -> profile.rules().toolNames() != ToolNames.ANY)
                        .map(ServerProfile::name))
                .containsExactlyInAnyOrder("openai", "azure");
    }

    @Test
    void refusesTheRequestBeforeItIsSent() {
        CompletionRequest request = CompletionRequest.builder()
                .user("Hi")
                .tool(ToolDefinition.of("files.read", "", Map.of()))
                .build();

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(
                        () -> provider(it -> it.profile(ServerProfile.OPENAI)).completions(request))
                .withMessageContaining("'files.read' is refused by this server")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST));
        assertThat(server.getRequestCount()).isZero();
    }
}
