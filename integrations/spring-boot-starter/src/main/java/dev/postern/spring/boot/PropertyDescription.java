package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes a gateway with one backend by the properties {@code postern.*}. */
final class PropertyDescription {
    private static final String OPENAI = "openai";
    private static final String BEDROCK = "bedrock";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]+}");
    private static final Pattern SHORT_NAME = Pattern.compile("[A-Za-z0-9_-]+");

    /** Where the loader says that something is wrong, and what. */
    private static final Pattern FAILURE = Pattern.compile(
            "(?:line \\d+: )?providers\\.llm\\.backends\\.[\\w-]+\\.(?:(backend)|config(?:\\.([a-z_.]+))?): (.*)",
            Pattern.DOTALL);

    /** The properties of keys whose names differ in more than dashes. */
    private static final Map<String, String> NAMES = Map.of("default_model", "model", "endpoint", "base-url");

    private PropertyDescription() {}

    /**
     * Describes the gateway.
     *
     * @throws LlmException of kind CONFIGURATION if a required property is missing, or one of another provider is set
     */
    static Description of(PosternProperties properties) {
        String provider = text(properties.getProvider(), OPENAI);
        check(properties, provider);
        Map<String, Object> config = new LinkedHashMap<>();
        put(config, "default_model", properties.getModel());
        put(config, provider.equals(BEDROCK) ? "endpoint" : "base_url", properties.getBaseUrl());
        put(config, "api_key", properties.getApiKey());
        put(config, "profile", properties.getProfile());
        put(config, "region", properties.getRegion());
        Map<String, Object> timeouts = timeouts(properties.getTimeouts());
        if (!timeouts.isEmpty()) {
            config.put("timeouts", timeouts);
        }
        Map<String, Object> retries = retries(properties.getRetries());
        if (!retries.isEmpty()) {
            config.put("retries", retries);
        }
        String name = SHORT_NAME.matcher(provider).matches() ? provider : "default";
        Map<String, Object> backend = Map.of("backend", escaped(provider), "config", config);
        Map<String, Object> all = Map.of("providers", Map.of("llm", Map.of("backends", Map.of(name, backend))));
        return new Description("", Json.text(all), Map.of(), PropertyDescription::explained);
    }

    private static void check(PosternProperties properties, String provider) {
        boolean openAiItself = provider.equals(OPENAI) && properties.getBaseUrl() == null;
        if (openAiItself && text(properties.getApiKey(), "").isEmpty()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "postern.api-key: is missing; set it, or set postern.base-url to a server that needs no key,"
                            + " postern.provider to another provider, or postern.config to a Postern file");
        }
        if (properties.getRegion() != null && !provider.equals(BEDROCK)) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "postern.region: belongs to the provider bedrock; remove it, or set postern.provider to bedrock");
        }
    }

    private static Map<String, Object> timeouts(PosternProperties.Timeouts all) {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        put(timeouts, "connect", all.getConnect());
        put(timeouts, "response_start", all.getResponseStart());
        put(timeouts, "idle", all.getIdle());
        put(timeouts, "first_token", all.getFirstToken());
        put(timeouts, "between_tokens", all.getBetweenTokens());
        put(timeouts, "total", all.getTotal());
        return timeouts;
    }

    private static Map<String, Object> retries(PosternProperties.Retries all) {
        Map<String, Object> retries = new LinkedHashMap<>();
        Integer attempts = all.getMaxAttempts();
        if (attempts != null) {
            retries.put("max_attempts", attempts);
        }
        put(retries, "base_delay", all.getBaseDelay());
        put(retries, "max_delay", all.getMaxDelay());
        put(retries, "max_retry_after", all.getMaxRetryAfter());
        return retries;
    }

    private static void put(Map<String, Object> config, String key, @Nullable String value) {
        if (value != null) { // an empty value stays: with an empty address, the key must not go to OpenAI
            refuseVariable(key, value);
            config.put(key, escaped(value));
        }
    }

    /** Spring leaves a variable that is not set as it is. A server would get its name as the key, for example. */
    private static void refuseVariable(String key, String value) {
        if (VARIABLE.matcher(value).find()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    PosternProperties.PREFIX + "." + property(key)
                            + ": refers to a variable that is not set; set the variable, or write the value");
        }
    }

    private static void put(Map<String, Object> config, String key, @Nullable Duration value) {
        if (value != null) {
            config.put(key, String.format(Locale.ROOT, "%d.%09d", value.getSeconds(), value.getNano())); // seconds
        }
    }

    private static String text(@Nullable String value, String absent) {
        return value == null || value.isBlank() ? absent : value;
    }

    /** Spring has replaced the variables of the value already, so a dollar sign stands for itself. */
    private static String escaped(String value) {
        return value.replace("$", "$$");
    }

    private static LlmException explained(LlmException failure) {
        Matcher found = FAILURE.matcher(String.valueOf(failure.getMessage()));
        if (!found.matches()) {
            return failure;
        }
        String property = found.group(1) == null ? property(found.group(2)) : "provider";
        LlmException explained = failure.toBuilder()
                .message(PosternProperties.PREFIX + "." + property + ": " + found.group(3))
                .build();
        explained.setStackTrace(failure.getStackTrace());
        return explained;
    }

    private static String property(@Nullable String key) {
        if (key == null) {
            return "*";
        }
        return NAMES.getOrDefault(key, key.replace('_', '-'));
    }
}
