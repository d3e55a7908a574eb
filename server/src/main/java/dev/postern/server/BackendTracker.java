package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.call.CallListener;
import dev.postern.server.http.ServerExchange;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Records in each exchange the backend of the last attempt, which is the one that answers. A call is recognized by its
 * options: each exchange has its own options object, which all calls of an agent's run have.
 */
final class BackendTracker implements CallListener {
    private final Map<CallOptions, ServerExchange> exchanges = Collections.synchronizedMap(new IdentityHashMap<>());

    /**
     * Records backends in this exchange until its end.
     *
     * @param options an object that only this exchange uses
     */
    CallOptions watch(CallOptions options, ServerExchange exchange) {
        exchanges.put(options, exchange);
        exchange.atEnd(() -> exchanges.remove(options));
        return options;
    }

    @Override
    public CallWatch begin(CallStart call) {
        ServerExchange exchange = exchanges.get(call.request().options());
        return exchange == null ? CallWatch.NONE : new Attempts(exchange);
    }

    /** Tells an exchange which backend is asked. */
    private record Attempts(ServerExchange exchange) implements CallWatch {
        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            exchange.answeredBy(attempt.backend());
            return AttemptWatch.NONE;
        }
    }
}
