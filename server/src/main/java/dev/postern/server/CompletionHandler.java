package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.gateway.Gateway;
import dev.postern.wire.ResponseWriter;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** {@code POST /api/v1/llm/completions}: the whole answer. */
final class CompletionHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;

    CompletionHandler(Gateway gateway, RequestFactory requests) {
        this.gateway = gateway;
        this.requests = requests;
    }

    @Override
    public void handle(ServerExchange exchange) throws IOException, InterruptedException {
        CompletionRequest request = requests.request(exchange);
        CompletableFuture<CompletionResponse> answer = gateway.completionsAsync(request);
        exchange.onCut(() -> answer.cancel(true));
        CompletionResponse known;
        try {
            known = answer.get();
        } catch (CancellationException e) { // only a server that stops cancels the answer
            exchange.failed(RequestLog.STOPPED);
            throw HttpFailure.stopping();
        } catch (ExecutionException e) {
            throw LlmException.of(e);
        } finally {
            answer.cancel(true); // has an effect only if this thread was interrupted
        }
        exchange.json(200, ResponseWriter.write(known));
    }
}
