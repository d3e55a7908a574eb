package dev.postern.openai;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.openai.ServerProfile.KeyHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the headers of each attempt, including the key, and collects the secrets in them. The suppliers of keys are
 * called for each attempt, so keys may rotate. With a constant key, all requests without options share their headers.
 */
final class RequestHeaders {
    private static final int SHORTEST_SECRET = 4; // in characters; replacing a shorter one would damage texts
    private static final String HIDDEN = "***";
    private static final String JSON = "application/json";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final Headers NONE = new Headers(Map.of(), List.of());

    private final KeyHeader keyHeader;
    private final @Nullable Supplier<String> apiKey;
    private final @Nullable Supplier<String> bearerToken;
    private final Map<String, String> fixed;
    private final boolean constant;
    private final Headers ofWholeAnswers;
    private final Headers ofStreams;

    /**
     * Creates the headers of one server.
     *
     * @param apiKey supplies the key, which goes into {@code keyHeader}; null for none
     * @param bearerToken supplies a token, which goes into {@code Authorization} with every profile; null for none
     * @param fixed headers of every request
     */
    RequestHeaders(
            KeyHeader keyHeader,
            @Nullable Supplier<String> apiKey,
            @Nullable Supplier<String> bearerToken,
            Map<String, String> fixed) {
        this.keyHeader = keyHeader;
        this.apiKey = apiKey;
        this.bearerToken = bearerToken;
        this.fixed = Map.copyOf(fixed);
        this.constant = bearerToken == null && (apiKey == null || apiKey instanceof FixedKey);
        this.ofWholeAnswers = constant ? made(CallOptions.NONE, JSON, true) : NONE;
        this.ofStreams = constant ? made(CallOptions.NONE, EVENT_STREAM, true) : NONE;
    }

    /**
     * The headers of one attempt.
     *
     * @param values the values by name
     * @param secrets the parts of the values that must not be shown
     */
    record Headers(Map<String, String> values, List<String> secrets) {
        /** Returns the text with each secret replaced by three asterisks. */
        String redacted(String text) {
            String clean = text;
            for (String secret : secrets) {
                clean = clean.replace(secret, HIDDEN);
            }
            return clean;
        }

        /** Shows the names, but no value. */
        @Override
        public String toString() {
            return "Headers" + values.keySet();
        }
    }

    /** Whether {@link #headers} may block, because it calls a supplier that an application provides. */
    boolean mayBlock(CallOptions options) {
        return options.apiKey().isEmpty() && !constant;
    }

    /** The headers of a request for a completion. */
    Headers headers(CallOptions options, boolean stream) {
        if (constant && options.apiKey().isEmpty() && options.headers().isEmpty()) {
            return stream ? ofStreams : ofWholeAnswers;
        }
        return made(options, stream ? EVENT_STREAM : JSON, true);
    }

    /** The headers of a request without a body. */
    Headers withoutBody() {
        return made(CallOptions.NONE, JSON, false);
    }

    private Headers made(CallOptions options, String accept, boolean hasBody) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> secrets = new ArrayList<>();
        if (hasBody) {
            headers.put("Content-Type", JSON);
        }
        headers.put("Accept", accept);
        headers.put("User-Agent", "postern");
        String key = options.apiKey().isEmpty()
                ? from(apiKey, "api_key")
                : options.apiKey().trim();
        String token = options.apiKey().isEmpty() ? from(bearerToken, "bearer token") : "";
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        } else if (!key.isEmpty()) {
            boolean own = keyHeader == KeyHeader.API_KEY;
            headers.put(own ? "api-key" : "Authorization", own ? key : "Bearer " + key);
        }
        remember(secrets, key);
        remember(secrets, token);
        add(headers, fixed, secrets);
        add(headers, options.headers(), secrets);
        if (secrets.size() > 1) {
            secrets.sort(Comparator.comparingInt(String::length).reversed()); // a secret may contain another one
        }
        return new Headers(headers, secrets);
    }

    private static String from(@Nullable Supplier<String> supplier, String what) {
        if (supplier == null) {
            return "";
        }
        try {
            String value = supplier.get();
            return value == null ? "" : value.trim(); // a key read from a file ends with a line break
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            // Without the cause, whose message may contain the key.
            // AUTHENTICATION, as for a refused key: a gateway can use another backend, which may have another key.
            throw new LlmException(
                    LlmException.Kind.AUTHENTICATION,
                    "The supplier of the " + what + " failed with "
                            + e.getClass().getName() + ".");
        }
    }

    /**
     * Adds headers. They replace those of the same name in any case. A header whose name looks like a credential is
     * secret.
     */
    private static void add(Map<String, String> headers, Map<String, String> more, List<String> secrets) {
        for (Map.Entry<String, String> header : more.entrySet()) {
            String name = header.getKey();
            String value = header.getValue();
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.contains("auth")
                    || lower.contains("key")
                    || lower.contains("token")
                    || lower.contains("secret")) {
                remember(secrets, value.replaceFirst("(?i)^(bearer|basic) ", "").trim());
            }
        }
    }

    private static void remember(List<String> secrets, String value) {
        if (value.length() >= SHORTEST_SECRET && !secrets.contains(value)) {
            secrets.add(value);
        }
    }
}
