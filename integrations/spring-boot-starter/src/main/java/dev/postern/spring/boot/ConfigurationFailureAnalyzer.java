package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/** Explains why an application with an invalid configuration does not start: which property it is, where it is set, what to write. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<LlmException> {
    private static final Pattern PROPERTY = Pattern.compile("(postern\\.[a-z.-]+): .*", Pattern.DOTALL);

    private final @Nullable Environment environment;

    ConfigurationFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LlmException cause) {
        if (cause.kind() != Kind.CONFIGURATION) {
            return null;
        }
        String message = String.valueOf(cause.getMessage());
        Matcher named = PROPERTY.matcher(message);
        if (!named.matches()) {
            return new FailureAnalysis(
                    "The configuration of Postern is invalid: " + message,
                    "Correct the place that the description names.",
                    cause);
        }
        String property = String.valueOf(named.group(1));
        String description = "A property of Postern is invalid: " + message
                + origin(property)
                        .map(origin -> System.lineSeparator() + "It is set in " + origin + ".")
                        .orElse("");
        return new FailureAnalysis(description, action(property), cause);
    }

    private static String action(String property) {
        String example = PropertyNames.EXAMPLES.get(property);
        return example == null
                ? "Correct or remove the property."
                : "Write it like this, with your own value: " + property + "=" + example;
    }

    /** Where the property is set. The value is not shown, because it may be a key. */
    private Optional<Origin> origin(String property) {
        if (environment == null || !ConfigurationPropertyName.isValid(property)) {
            return Optional.empty();
        }
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return Optional.ofNullable(found.getOrigin());
            }
        }
        return Optional.empty();
    }
}
