package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.openai.RequestRules.ObjectSchemas;
import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.ToolNames;
import dev.postern.openai.RequestRules.Turns;
import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.KeyHeader;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.Reasoning;
import dev.postern.openai.ServerProfile.ToolChoices;
import dev.postern.openai.ServerProfile.ToolIdRule;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerProfileTest {

    /** The request to each server is in golden/request/profile-NAME.json. */
    @Test
    void hasTheseProfiles() {
        assertThat(ServerProfile.all())
                .extracting(ServerProfile::name)
                .containsExactlyInAnyOrder(
                        "openai",
                        "azure",
                        "ollama",
                        "lmstudio",
                        "vllm",
                        "tgi",
                        "llamacpp",
                        "litellm",
                        "openrouter",
                        "groq",
                        "deepseek",
                        "moonshot",
                        "mistral",
                        "gemini",
                        "generic");
    }

    static List<ServerProfile> all() {
        return ServerProfile.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void isFoundByItsNameInAnyCase(ServerProfile profile) {
        assertThat(ServerProfile.of(profile.name())).isSameAs(profile);
        assertThat(ServerProfile.of(profile.name().toUpperCase(Locale.ROOT))).isSameAs(profile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "open-ai", "OpenAI "})
    void errorListsTheNames(String name) {
        assertThatThrownBy(() -> ServerProfile.of(name))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("openai, azure, ollama");
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, openai",
        "https://API.OpenAI.com, openai",
        "https://openrouter.ai/api/v1, openrouter",
        "https://api.groq.com/openai/v1, groq",
        "https://api.deepseek.com, deepseek",
        "https://api.moonshot.ai/v1, moonshot",
        "https://api.moonshot.cn/v1, moonshot",
        "https://api.kimi.com/coding/v1, moonshot",
        "https://api.mistral.ai/v1, mistral",
        "https://generativelanguage.googleapis.com/v1beta/openai, gemini",
        "https://r.openai.azure.com, azure",
        "https://r.cognitiveservices.azure.com/openai/v1, azure",
        "https://r.services.ai.azure.com/openai/v1, azure",
        "http://localhost:11434, generic",
        "http://localhost:1234/v1, generic",
        "https://api.openai.com.example.org/v1, generic",
        "https://notapi.openai.com/v1, generic",
        "https://openai.azure.com.example.org, generic",
        "https://example.org/api.openai.com, generic",
        "relative, generic"
    })
    void isSelectedByTheHostOfAKnownService(String baseUrl, String name) {
        assertThat(ServerProfile.forBaseUrl(URI.create(baseUrl)).name()).isEqualTo(name);
    }

    @Test
    void withMethodsChangeOneSetting() {
        RequestRules rules = RequestRules.GENERIC
                .withDeveloperRole(true)
                .with(Turns.ALTERNATING)
                .with(SystemMessages.FIRST)
                .with(ObjectSchemas.WITH_PROPERTIES)
                .with(ToolNames.UP_TO_64_LETTERS)
                .withImageSchemes(Set.of("https"))
                .withCacheMarks(true);
        assertThat(rules)
                .isEqualTo(new RequestRules(
                        true,
                        Turns.ALTERNATING,
                        SystemMessages.FIRST,
                        ObjectSchemas.WITH_PROPERTIES,
                        ToolNames.UP_TO_64_LETTERS,
                        Set.of("https"),
                        true));
        ServerProfile mine = ServerProfile.GENERIC
                .named("mine")
                .with(MaxTokens.MAX_COMPLETION_TOKENS)
                .withStreamUsage(false)
                .with(EmptyContent.OMIT)
                .with(ToolChoices.STRINGS)
                .with(ToolIdRule.NINE_ALPHANUMERICS)
                .with(Formats.NONE)
                .with(Reasoning.REASONING)
                .with(KeyHeader.API_KEY)
                .with(rules)
                .withThinkTags(true);
        assertThat(mine)
                .isEqualTo(new ServerProfile(
                        "mine",
                        MaxTokens.MAX_COMPLETION_TOKENS,
                        false,
                        EmptyContent.OMIT,
                        ToolChoices.STRINGS,
                        ToolIdRule.NINE_ALPHANUMERICS,
                        Formats.NONE,
                        Reasoning.REASONING,
                        KeyHeader.API_KEY,
                        rules,
                        true));
    }
}
