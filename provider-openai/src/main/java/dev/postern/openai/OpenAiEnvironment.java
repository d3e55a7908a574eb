package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Map;

/** The settings of a provider that environment variables have, under the names that OpenAI's own libraries use. */
final class OpenAiEnvironment {
    private static final String KEY = "OPENAI_API_KEY";
    private static final String BASE_URL = "OPENAI_BASE_URL";

    private final Map<String, String> variables;

    OpenAiEnvironment(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * Sets what the variables say.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if they have neither a key nor a base URL
     */
    OpenAiProviderBuilder applyTo(OpenAiProviderBuilder builder) {
        if (value(KEY).isEmpty() && value(BASE_URL).isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    KEY + ": is not set; set it to your key, or set " + BASE_URL + " for a server that needs no key.");
        }
        if (!value(BASE_URL).isEmpty()) {
            builder.baseUrl(value(BASE_URL));
        }
        if (!value(KEY).isEmpty()) {
            builder.apiKey(value(KEY));
        }
        return builder.organization(value("OPENAI_ORG_ID"))
                .project(value("OPENAI_PROJECT_ID"))
                .defaultModel(value("OPENAI_MODEL"));
    }

    private String value(String name) {
        return variables.getOrDefault(name, "").trim();
    }
}
