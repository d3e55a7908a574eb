package dev.postern.openai;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.http.RequestSecrets;
import dev.postern.openai.ServerProfile.KeyHeader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the headers of each attempt, including the key. The suppliers of keys are called for each attempt, so keys may
 * rotate. With a constant key, all requests without options share their headers.
 */
final class RequestHeaders {
    private static final String JSON = "application/json";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final Headers NONE = new Headers(Map.of(), RequestSecrets.NONE);

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
     * @param secrets the keys, and the values of other secret headers
     */
    record Headers(Map<String, String> values, RequestSecrets secrets) {
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
        add(headers, fixed);
        add(headers, options.headers());
        Map<String, String> copy = Map.copyOf(headers);
        return new Headers(copy, new RequestSecrets(copy, key, token));
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

    /** Adds headers. They replace those of the same name in any case. */
    private static void add(Map<String, String> headers, Map<String, String> more) {
        for (Map.Entry<String, String> header : more.entrySet()) {
            String name = header.getKey();
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, header.getValue());
        }
    }
}
