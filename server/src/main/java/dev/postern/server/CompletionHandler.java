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
    private final Intake intake;

    CompletionHandler(Gateway gateway, Intake intake) {
        this.gateway = gateway;
        this.intake = intake;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        CompletionRequest request = intake.request(exchange);
        CompletableFuture<CompletionResponse> answer = gateway.completionsAsync(request);
        exchange.onCut(() -> answer.cancel(true));
        CompletionResponse known;
        try {
            known = answer.get();
        } catch (CancellationException e) { // by the server that stops, and by nobody else
            exchange.failed(RequestLog.STOPPED);
            throw Refusal.stopping();
        } catch (ExecutionException e) {
            throw LlmException.of(e);
        } finally {
            answer.cancel(true); // if this thread was interrupted; else it is over
        }
        exchange.json(200, ResponseWriter.write(known));
    }
}
