package dev.postern.client;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.wire.GatewayHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the headers of each attempt, the credentials among them, and knows what of that nobody may see. */
final class Credentials {
    private static final int SHORTEST_SECRET = 4; // less is no secret, and replacing it would spoil the text

    private final @Nullable Supplier<String> apiKey;
    private final String backend;
    private final Map<String, String> fixed;

    /**
     * Credentials for one gateway.
     *
     * @param apiKey sent as bearer token; null for none
     * @param backend the remote backend for requests that name none; may be empty
     * @param fixed headers of every request
     */
    Credentials(@Nullable Supplier<String> apiKey, String backend, Map<String, String> fixed) {
        this.apiKey = apiKey;
        this.backend = backend;
        this.fixed = Map.copyOf(fixed);
    }

    /** Whether the headers have to be waited for: whoever is asked for a key may take his time. */
    boolean mayBlock() {
        return apiKey != null && !(apiKey instanceof FixedKey);
    }

    /** Headers of a call that is no completion. */
    Headers headers() {
        return headers(CallOptions.NONE, backend, "application/json", false);
    }

    /** Headers of a completion. */
    Headers headers(CompletionRequest request, boolean stream) {
        String asked = request.provider().isEmpty() ? backend : request.provider();
        return headers(request.options(), asked, stream ? "text/event-stream" : "application/json", true);
    }

    private Headers headers(CallOptions options, String asked, String accept, boolean hasBody) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> secrets = new ArrayList<>();
        if (hasBody) {
            headers.put("Content-Type", "application/json");
        }
        headers.put("Accept", accept);
        headers.put("User-Agent", "postern");
        if (!asked.isEmpty()) {
            headers.put(GatewayHeaders.PROVIDER, asked);
        }
        if (accept.equals("text/event-stream")) {
            headers.put(GatewayHeaders.TOOL_DELTAS, "true");
        }
        String key = options.apiKey().isEmpty() ? key() : options.apiKey().trim();
        if (!key.isEmpty()) {
            headers.put("Authorization", "Bearer " + key);
            remember(secrets, key);
        }
        GatewayHeaders.CREDENTIALS.forEach((name, header) -> {
            String value = options.credentials().getOrDefault(name, "").trim();
            if (!value.isEmpty()) {
                headers.put(header, value);
                if (!header.equals(GatewayHeaders.AWS_REGION)) {
                    remember(secrets, value);
                }
            }
        });
        add(headers, fixed, secrets);
        add(headers, options.headers(), secrets);
        secrets.sort(Comparator.comparingInt(String::length).reversed()); // one may be part of another
        return new Headers(headers, secrets);
    }

    private String key() {
        Supplier<String> source = apiKey;
        if (source == null) {
            return "";
        }
        try {
            String value = source.get();
            return value == null ? "" : value.trim(); // a key read from a file ends with a line break
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            // Not as the cause: a stranger's exception may show what it was working on.
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "The supplier of the api_key failed with " + e.getClass().getName() + ".");
        }
    }

    /** Later ones win, in any case of their names; a header that looks like a credential is one. */
    private static void add(Map<String, String> headers, Map<String, String> more, List<String> secrets) {
        more.forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.contains("auth")
                    || lower.contains("key")
                    || lower.contains("token")
                    || lower.contains("secret")
                    || lower.contains("cookie")) {
                remember(secrets, value.replaceFirst("(?i)^(bearer|basic) ", "").trim());
            }
        });
    }

    private static void remember(List<String> secrets, String value) {
        if (value.length() >= SHORTEST_SECRET && !secrets.contains(value)) {
            secrets.add(value);
        }
    }
}
