package dev.postern.server;

import dev.postern.gateway.Gateway;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.http.Handler;
import dev.postern.server.http.ServerExchange;

/** {@code GET /api/v1/providers}: the names of the backends, and the default backend. */
final class ProvidersHandler implements Handler {
    private final Gateway gateway;

    ProvidersHandler(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public void handle(ServerExchange exchange) {
        exchange.json(
                200,
                Json.bytes(json -> json.object(providers -> providers.object(
                        "llm",
                        llm -> llm.field("default", gateway.defaultBackend())
                                .array("available", gateway.backends(), JsonWriter::text)))));
    }
}
