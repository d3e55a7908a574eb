package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.gateway.Gateway;
import dev.postern.server.access.AccessException;
import dev.postern.server.access.NamePatterns;
import dev.postern.server.door.anthropic.AnthropicModels;
import dev.postern.server.door.openai.OpenAiModels;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.PendingAnswer;
import dev.postern.server.http.ServerExchange;

/** {@code GET /v1/models}: the models of the chosen backend that the caller may use, in the form of the vendor whose API is asked. */
final class DoorModelsHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;

    DoorModelsHandler(Gateway gateway, RequestFactory requests) {
        this.gateway = gateway;
        this.requests = requests;
    }

    @Override
    public void handle(ServerExchange exchange) {
        String backend = requests.backend(exchange);
        if (!exchange.caller().backends().allow(backend)) {
            throw HttpFailure.of(AccessException.backend(backend));
        }
        NamePatterns allowed = exchange.caller().models();
        exchange.answeredBy(backend);
        PendingAnswer.await(
                exchange,
                gateway.backend(backend)
                        .listModelsAsync()
                        .thenApply(all -> all.stream()
                                .filter(model -> allowed.allow(model.name()))
                                .toList()),
                HttpFailure.stopping(),
                models -> Doors.isAnthropic(exchange) ? AnthropicModels.write(models) : OpenAiModels.write(models),
                LlmException::of);
    }
}
