package dev.postern.config.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("base_url", "api_key", "default_model", "retries", "http2");

    @ParameterizedTest
    @CsvSource({
        "bas_url, base_url",
        "baseUrl, base_url",
        "BASE-URL, base_url",
        "base_ulr, base_url",
        "apikey, api_key",
        "api_keys, api_key",
        "retires, retries",
        "defaultmodel, default_model",
        "http, http2"
    })
    void findsTheNearestName(String written, String meant) {
        assertThat(Suggestion.nearest(written, KNOWN)).contains(meant);
        assertThat(Suggestion.hint(written, KNOWN)).isEqualTo("Did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @CsvSource({"model, default_model", "url, base_url", "key, api_key", "my_api_key, api_key"})
    void suggestsANameThatContainsTheGivenOne(String written, String meant) {
        assertThat(Suggestion.nearest(written, KNOWN)).isEmpty();
        assertThat(Suggestion.hint(written, KNOWN)).isEqualTo("Did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zone", "u", "", "tenant"})
    void namesAllKnownNamesOtherwise(String written) {
        assertThat(Suggestion.hint(written, KNOWN))
                .isEqualTo("Known are base_url, api_key, default_model, retries, http2.");
    }

    @Test
    void nothingIsSaidWhereNothingIsKnown() {
        assertThat(Suggestion.hint("x", List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"logging", "audit", "auth", "server", "credentials", "teams", "governance", "events", "redis"})
    void sectionsOfOthersAreNotTakenForOurs(String written) {
        assertThat(Suggestion.nearest(written, List.of("providers", "agents", "llm")))
                .isEmpty();
    }
}
