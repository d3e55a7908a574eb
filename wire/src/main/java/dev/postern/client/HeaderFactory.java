package dev.postern.client;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.http.RequestSecrets;
import dev.postern.wire.GatewayHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the headers of each attempt, with its credentials. */
final class HeaderFactory {
    private final @Nullable Supplier<String> apiKey;
    private final String backend;
    private final Map<String, String> fixed;
    private final boolean sendsContext;

    /**
     * Creates a factory for one gateway.
     *
     * @param apiKey sent as bearer token; null for none
     * @param backend the remote backend for requests that name none; may be empty
     * @param fixed headers of every request
     * @param sendsContext whether to send who asks, and until when
     */
    HeaderFactory(@Nullable Supplier<String> apiKey, String backend, Map<String, String> fixed, boolean sendsContext) {
        this.apiKey = apiKey;
        this.backend = backend;
        this.fixed = Map.copyOf(fixed);
        this.sendsContext = sendsContext;
    }

    /** Whether creating the headers may block, because a supplier gives the key. */
    boolean mayBlock() {
        return apiKey != null && !(apiKey instanceof ConstantKey);
    }

    /** Creates the headers of a call without a body. */
    ClientHeaders headers() {
        return headers(CallOptions.NONE, CallContext.NONE, backend, "application/json", false);
    }

    /** Creates the headers of a completion. */
    ClientHeaders headers(CompletionRequest request, boolean stream) {
        String chosen = request.backend().isEmpty() ? backend : request.backend();
        return headers(
                request.options(),
                sendsContext ? request.context() : CallContext.NONE,
                chosen,
                stream ? "text/event-stream" : "application/json",
                true);
    }

    private ClientHeaders headers(
            CallOptions options, CallContext context, String chosen, String accept, boolean hasBody) {
        Map<String, String> headers = new LinkedHashMap<>();
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
        }
        GatewayHeaders.CREDENTIALS.forEach((name, header) -> {
            String value = options.credentials().getOrDefault(name, "").trim();
            if (!value.isEmpty()) {
                headers.put(header, value);
            }
        });
        if (context != CallContext.NONE) {
            add(headers, of(context));
        }
        add(headers, fixed);
        add(headers, options.headers());
        return new ClientHeaders(headers, new RequestSecrets(headers));
    }

    /** Who asks, and until when. Attributes stay here, except for the parent in the trace. */
    private static Map<String, String> of(CallContext context) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(GatewayHeaders.CORRELATION_ID, context.id());
        headers.put(GatewayHeaders.USER, context.user());
        headers.put(GatewayHeaders.SESSION, context.session());
        headers.put(GatewayHeaders.TENANT, context.tenant());
        headers.put(
                GatewayHeaders.TIME_LEFT,
                context.remaining()
                        .map(left -> String.valueOf(Math.max(1, left.toMillis())))
                        .orElse(""));
        headers.put(
                GatewayHeaders.TRACE_PARENT,
                context.get(CallContext.TRACE_PARENT).orElse(""));
        headers.put(
                GatewayHeaders.TRACE_STATE, context.get(CallContext.TRACE_STATE).orElse(""));
        headers.values().removeIf(String::isEmpty);
        return headers;
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

    /** Adds headers, which replace earlier ones of the same name. */
    private static void add(Map<String, String> headers, Map<String, String> more) {
        more.forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
    }
}
