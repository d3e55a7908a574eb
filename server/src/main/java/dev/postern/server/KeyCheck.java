package dev.postern.server;

import dev.postern.server.access.AccessControl;
import dev.postern.server.access.AccessException;
import dev.postern.server.access.Admission;
import dev.postern.server.access.Cors;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.ClientAddress;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caller of each request by its key, limits the requests of each address, and answers the question of a browser whether a page may
 * send one.
 */
final class KeyCheck implements AccessCheck {
    private final AccessControl access;
    private final Supplier<ServerRules> rules;
    private final ClientRequests clients = new ClientRequests();

    /**
     * Creates a check.
     *
     * @param rules supplies the current rules of the configuration
     */
    KeyCheck(AccessControl access, Supplier<ServerRules> rules) {
        this.access = access;
        this.rules = rules;
    }

    @Override
    public CompletionStage<?> check(ServerExchange exchange) {
        Set<String> origins = rules.get().origins();
        Optional<Map<String, String>> preflight = Cors.preflight(
                origins,
                exchange.method(),
                exchange.headers("Origin"),
                exchange.headers("Access-Control-Request-Method"),
                exchange.header("Access-Control-Request-Headers"));
        if (preflight.isPresent()) {
            exchange.empty(204, preflight.get());
            return CompletableFuture.failedStage(HttpFailure.notFound()); // it is answered; nothing else happens
        }
        exchange.commonHeaders(Cors.headers(origins, exchange.headers("Origin")));
        if (!isProbe(exchange)) {
            count(exchange);
        }
        return access.admit(exchange.method(), exchange.path(), exchange::header)
                .handle((admission, refused) -> admitted(exchange, admission, refused));
    }

    private static boolean isProbe(ServerExchange exchange) {
        return exchange.path().equals("/healthz") || exchange.path().equals("/readyz");
    }

    private void count(ServerExchange exchange) {
        ServerRules now = rules.get();
        if (now.requestsPerClient() > 0) {
            String client =
                    ClientAddress.of(exchange.peerAddress(), exchange.headers("X-Forwarded-For"), now.proxies());
            Runnable leave = clients.enter(client, now.requestsPerClient())
                    .orElseThrow(() -> HttpFailure.tooManyOfClient(now.requestsPerClient()));
            exchange.atEnd(leave);
        }
    }

    private static Admission admitted(ServerExchange exchange, Admission admission, @Nullable Throwable refused) {
        if (refused == null) {
            exchange.caller(admission.caller());
            exchange.whenReleased(admission.leave());
            return admission;
        }
        Throwable cause =
                refused instanceof CompletionException && refused.getCause() != null ? refused.getCause() : refused;
        throw new CompletionException(cause instanceof AccessException known ? HttpFailure.of(known) : cause);
    }
}
