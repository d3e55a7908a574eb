package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.gateway.Gateway;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.PendingAnswer;
import dev.postern.server.http.ServerExchange;
import dev.postern.wire.ModelsWriter;

/** {@code GET /api/v1/llm/models}: the models of the chosen backend. */
final class ModelsHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;

    ModelsHandler(Gateway gateway, RequestFactory requests) {
        this.gateway = gateway;
        this.requests = requests;
    }

    @Override
    public void handle(ServerExchange exchange) {
        String backend = requests.backend(exchange);
        exchange.answeredBy(backend);
        PendingAnswer.await(
                exchange,
                gateway.backend(backend).listModelsAsync(),
                HttpFailure.stopping(),
                ModelsWriter::write,
                LlmException::of);
    }
}
