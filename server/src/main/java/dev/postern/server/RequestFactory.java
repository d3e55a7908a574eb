package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.gateway.Gateway;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.RequestReader;
import java.util.function.Supplier;

/** Creates requests to the gateway from body and headers: the request itself, its backend and its credentials. */
final class RequestFactory {
    private static final int MAX_NAME = 64;
    private static final int MAX_MODEL = 512;

    private final Gateway gateway;
    private final BackendTracker tracker;
    private final Supplier<ServerRules> rules;

    RequestFactory(Gateway gateway, BackendTracker tracker, Supplier<ServerRules> rules) {
        this.gateway = gateway;
        this.tracker = tracker;
        this.rules = rules;
    }

    /**
     * The request, with its backend and credentials.
     *
     * @throws dev.postern.LlmException for an invalid body
     * @throws HttpFailure for an unknown backend or invalid credentials
     */
    CompletionRequest request(ServerExchange exchange) {
        CompletionRequest request = RequestReader.read(exchange.body());
        if (request.model().length() > MAX_MODEL) {
            throw HttpFailure.of(422, "model: has more than " + MAX_MODEL + " characters.");
        }
        rules.get().extra().check(request);
        String backend = chosen(exchange, request.backend());
        return request.toBuilder()
                .backend(backend)
                .options(options(exchange))
                .context(CallerContext.of(exchange))
                .build();
    }

    /** The options of all calls for this exchange. */
    CallOptions options(ServerExchange exchange) {
        return tracker.watch(RequestCredentials.of(exchange), exchange);
    }

    /**
     * The options of all calls for this exchange, in which an agent uses the backend {@code asked}. Credentials that
     * came with the name of a backend are used for that backend only.
     */
    CallOptions options(ServerExchange exchange, String asked) {
        String named = named(exchange);
        if (named.isEmpty() || named.equals(asked)) {
            return options(exchange);
        }
        CallOptions given = RequestCredentials.of(exchange);
        return tracker.watch(CallOptions.builder().backend(named, given).build(), exchange);
    }

    private static String named(ServerExchange exchange) {
        return first(exchange.header(GatewayHeaders.PROVIDER), exchange.header(GatewayHeaders.PROVIDER_ALL));
    }

    /** Whether a header names the backend. */
    boolean namesBackend(ServerExchange exchange) {
        return !named(exchange).isEmpty();
    }

    /** The backend that the headers name, or this one. */
    String backend(ServerExchange exchange, String otherwise) {
        return chosen(exchange, otherwise);
    }

    /** The backend that the headers name, or the default. */
    String backend(ServerExchange exchange) {
        return chosen(exchange, "");
    }

    private String chosen(ServerExchange exchange, String ofBody) {
        String name = first(named(exchange), ofBody, gateway.defaultBackend());
        if (!gateway.backends().contains(name)) {
            throw HttpFailure.of(
                    400,
                    "Unknown llm provider '" + shown(name) + "'. Available: " + String.join(", ", gateway.backends()));
        }
        exchange.backend(name);
        return name;
    }

    private static String first(String... names) {
        for (String name : names) {
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    /** A client's text for an error message: shortened and without control characters. */
    private static String shown(String name) {
        String clean = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= MAX_NAME ? clean : clean.substring(0, MAX_NAME) + "…";
    }
}
