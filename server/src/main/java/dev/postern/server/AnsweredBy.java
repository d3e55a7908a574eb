package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.gateway.GatewayCall;
import dev.postern.gateway.GatewayListener;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells each exchange which backend the gateway asked last for it, which is the one that answers. A call is recognized by
 * its options: each exchange has an object of its own, which goes along with all calls of an agent's run.
 */
final class AnsweredBy implements GatewayListener {
    private final Map<CallOptions, Exchange> exchanges = Collections.synchronizedMap(new IdentityHashMap<>());

    /** From now on until its end, the exchange is told. The options must be its own. */
    CallOptions watch(CallOptions options, Exchange exchange) {
        exchanges.put(options, exchange);
        exchange.atEnd(() -> exchanges.remove(options));
        return options;
    }

    @Override
    public void onAttempt(GatewayCall call, String backend) {
        Exchange exchange = exchanges.get(call.request().options());
        if (exchange != null) {
            exchange.answeredBy(backend);
        }
    }
}
