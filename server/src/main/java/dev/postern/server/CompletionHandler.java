package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.gateway.Gateway;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.PendingAnswer;
import dev.postern.server.http.ServerExchange;
import dev.postern.wire.ResponseWriter;
import java.util.concurrent.CancellationException;

/** {@code POST /api/v1/llm/completions}: the whole answer. */
final class CompletionHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;

    CompletionHandler(Gateway gateway, RequestFactory requests) {
        this.gateway = gateway;
        this.requests = requests;
    }

    @Override
    public void handle(ServerExchange exchange) {
        CompletionRequest request = requests.request(exchange);
        PendingAnswer.await(
                exchange,
                gateway.completionsAsync(request),
                HttpFailure.stopping(),
                ResponseWriter::write,
                CompletionHandler::failure);
    }

    /** Only a server that stops and a client that is gone cancel the answer. */
    private static Throwable failure(Throwable thrown) {
        return thrown instanceof CancellationException ? HttpFailure.stopping() : LlmException.of(thrown);
    }
}
