package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.config.names.Suggestion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/** The names of all properties {@code postern.*}, each with an example of a value, and the search for misspelt ones. */
final class PropertyNames {
    /** Examples by name. A test compares the names with the metadata and with {@link PosternProperties}. */
    static final Map<String, String> EXAMPLES = examples();

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(PosternProperties.PREFIX);
    /** Variables of the environment may belong to others: Kubernetes sets POSTERN_PORT if a service is named postern. */
    private static final Set<String> SHARED_SOURCES = Set.of("systemEnvironment", "systemProperties");

    /** A longer name may be a secret in the wrong place, so only its beginning is shown. */
    private static final int MOST_SHOWN = 40;

    private static final int BEGINNING = 16;

    private PropertyNames() {}

    private static Map<String, String> examples() {
        Map<String, String> examples = new LinkedHashMap<>();
        examples.put("postern.enabled", "true");
        examples.put("postern.config", "classpath:gateway.yaml");
        examples.put("postern.provider", "openai");
        examples.put("postern.base-url", "http://localhost:11434");
        examples.put("postern.api-key", "${OPENAI_API_KEY}");
        examples.put("postern.model", "gpt-4o");
        examples.put("postern.profile", "ollama");
        examples.put("postern.region", "us-east-1");
        examples.put("postern.timeouts.connect", "10s");
        examples.put("postern.timeouts.response-start", "10m");
        examples.put("postern.timeouts.idle", "5m");
        examples.put("postern.timeouts.first-token", "10m");
        examples.put("postern.timeouts.between-tokens", "5m");
        examples.put("postern.timeouts.total", "2m");
        examples.put("postern.retries.max-attempts", "3");
        examples.put("postern.retries.base-delay", "500ms");
        examples.put("postern.retries.max-delay", "8s");
        examples.put("postern.retries.max-retry-after", "60s");
        examples.put("postern.health.timeout", "5s");
        examples.put("postern.langchain4j.enabled", "true");
        return examples;
    }

    /**
     * Refuses properties below {@code postern} that have no meaning, because a misspelt timeout or key would be ignored otherwise.
     * The value is not shown, because it may be a key.
     *
     * @throws LlmException of kind CONFIGURATION that names the property and the nearest known one
     */
    static void refuseUnknown(Environment environment) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names && !isShared(source)) {
                names.stream()
                        .filter(PREFIX::isAncestorOf)
                        .filter(name -> !isKnown(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw unknown(name.toString());
                        });
            }
        }
    }

    private static boolean isShared(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof PropertySource<?> properties
                && SHARED_SOURCES.contains(properties.getName());
    }

    private static boolean isKnown(ConfigurationPropertyName name) {
        return EXAMPLES.keySet().stream()
                .anyMatch(known -> ConfigurationPropertyName.of(known).equals(name)); // equals ignores case and dashes
    }

    private static LlmException unknown(String name) {
        String shown = name.length() > MOST_SHOWN ? name.substring(0, BEGINNING) + "…" : name;
        return new LlmException(
                Kind.CONFIGURATION,
                shown + ": is not a known property. "
                        + nearest(name)
                                .map(known -> "Did you mean '" + known + "'?")
                                .orElse("Remove it; what has no property is set in a Postern file, which postern.config"
                                        + " names."));
    }

    /** The known name that was probably meant. */
    static Optional<String> nearest(String name) {
        return Suggestion.nearest(
                        withoutPrefix(name),
                        EXAMPLES.keySet().stream()
                                .map(PropertyNames::withoutPrefix)
                                .toList())
                .map(known -> PosternProperties.PREFIX + "." + known);
    }

    private static String withoutPrefix(String name) {
        return name.substring(PosternProperties.PREFIX.length() + 1);
    }
}
