package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.json.Json;
import dev.postern.server.door.DoorCalls;
import dev.postern.server.http.Handler;
import dev.postern.server.http.ServerExchange;
import java.util.Map;

/**
 * {@code POST /v1/messages/count_tokens}: about how many tokens a request has. Backends are not asked, so the number is an estimate,
 * which a header says.
 */
public final class CountTokensHandler implements Handler {
    /** Names how the number was found. */
    static final String HEADER = "X-Token-Count";

    private final DoorCalls calls;

    public CountTokensHandler(DoorCalls calls) {
        this.calls = calls;
    }

    @Override
    public void handle(ServerExchange exchange) {
        CompletionRequest request = AnthropicRequestReader.read(exchange.body(), model -> calls.target(exchange, model))
                .request();
        long tokens = TokenEstimate.of(request);
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("input_tokens", tokens))),
                Map.of(HEADER, "estimate"));
    }
}
