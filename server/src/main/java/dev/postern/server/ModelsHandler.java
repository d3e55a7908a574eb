package dev.postern.server;

import dev.postern.gateway.Gateway;
import dev.postern.wire.ModelsWriter;
import java.io.IOException;

/** {@code GET /api/v1/llm/models}: the models of the chosen backend. */
final class ModelsHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;

    ModelsHandler(Gateway gateway, RequestFactory requests) {
        this.gateway = gateway;
        this.requests = requests;
    }

    @Override
    public void handle(ServerExchange exchange) throws IOException {
        String backend = requests.backend(exchange);
        exchange.answeredBy(backend);
        exchange.json(200, ModelsWriter.write(gateway.backend(backend).listModels()));
    }
}
