package dev.postern.server;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.gateway.Gateway;
import dev.postern.server.door.DoorCalls;
import dev.postern.server.door.DoorTarget;
import dev.postern.server.http.ServerExchange;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What doors need of the gateway. */
final class GatewayCalls implements DoorCalls {
    private final Gateway gateway;
    private final RequestFactory requests;
    private final Supplier<ServerRules> rules;

    GatewayCalls(Gateway gateway, RequestFactory requests, Supplier<ServerRules> rules) {
        this.gateway = gateway;
        this.requests = requests;
        this.rules = rules;
    }

    @Override
    public DoorTarget target(ServerExchange exchange, String model) {
        if (requests.namesBackend(exchange)) {
            return target(requests.backend(exchange), model);
        }
        int slash = model.indexOf('/');
        String first = slash < 0 ? model : model.substring(0, slash);
        if (gateway.backends().contains(first)) {
            return target(requests.backend(exchange, first), slash < 0 ? "" : model.substring(slash + 1));
        }
        return target(requests.backend(exchange, withAlias(model)), model);
    }

    private String withAlias(String model) {
        String usual = gateway.defaultBackend();
        return Stream.concat(Stream.of(usual), gateway.backends().stream())
                .filter(name -> gateway.modelAliases(name).containsKey(model))
                .findFirst()
                .orElse(usual);
    }

    private DoorTarget target(String backend, String model) {
        String knownAs = gateway.modelAliases(backend).getOrDefault(model, model);
        return new DoorTarget(backend, model, knownAs, gateway.members(backend));
    }

    @Override
    public CallOptions options(ServerExchange exchange) {
        return requests.options(exchange);
    }

    @Override
    public CallContext context(ServerExchange exchange) {
        return CallerContext.of(exchange);
    }

    @Override
    public void check(CompletionRequest request) {
        rules.get().extra().check(request);
    }
}
