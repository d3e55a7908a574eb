package dev.postern.examples.server;

import dev.postern.CompletionRequest;
import dev.postern.gateway.Gateway;
import dev.postern.wire.ResponseWriter;
import java.io.IOException;

/** {@code POST /api/v1/llm/completions}: the whole answer. */
final class CompletionHandler implements Handler {
    private final Gateway gateway;
    private final Intake intake;

    CompletionHandler(Gateway gateway, Intake intake) {
        this.gateway = gateway;
        this.intake = intake;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        CompletionRequest request = intake.request(exchange);
        exchange.json(200, ResponseWriter.write(gateway.completions(request)));
    }
}
