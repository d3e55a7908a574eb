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

/** Creates the headers of each attempt, with its credentials, and records which values are secret. */
final class HeaderFactory {
    private static final int SHORTEST_SECRET = 4; // replacing a shorter value would damage the text of an error

    private final @Nullable Supplier<String> apiKey;
    private final String backend;
    private final Map<String, String> fixed;

    /**
     * Creates a factory for one gateway.
     *
     * @param apiKey sent as bearer token; null for none
     * @param backend the remote backend for requests that name none; may be empty
     * @param fixed headers of every request
     */
    HeaderFactory(@Nullable Supplier<String> apiKey, String backend, Map<String, String> fixed) {
        this.apiKey = apiKey;
        this.backend = backend;
        this.fixed = Map.copyOf(fixed);
    }

    /** Whether creating the headers may block, because a supplier gives the key. */
    boolean mayBlock() {
        return apiKey != null && !(apiKey instanceof ConstantKey);
    }

    /** Creates the headers of a call without a body. */
    ClientHeaders headers() {
        return headers(CallOptions.NONE, backend, "application/json", false);
    }

    /** Creates the headers of a completion. */
    ClientHeaders headers(CompletionRequest request, boolean stream) {
        String chosen = request.backend().isEmpty() ? backend : request.backend();
        return headers(request.options(), chosen, stream ? "text/event-stream" : "application/json", true);
    }

    private ClientHeaders headers(CallOptions options, String chosen, String accept, boolean hasBody) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> secrets = new ArrayList<>();
        if (hasBody) {
            headers.put("Content-Type", "application/json");
        }
        headers.put("Accept", accept);
        headers.put("User-Agent", "postern");
        if (!chosen.isEmpty()) {
            headers.put(GatewayHeaders.PROVIDER, chosen);
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
        secrets.sort(Comparator.comparingInt(String::length).reversed()); // a secret may be part of another one
        return new ClientHeaders(headers, secrets);
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
            // Without the cause, whose message may contain the key.
            // AUTHENTICATION, as for a refused key: a gateway can use another backend, which may have another key.
            throw new LlmException(
                    LlmException.Kind.AUTHENTICATION,
                    "The supplier of the api_key failed with " + e.getClass().getName() + ".");
        }
    }

    /** Adds headers, which replace earlier ones of the same name. A value is secret if the name looks like a credential. */
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
