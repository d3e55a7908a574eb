package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.gateway.Gateway;
import dev.postern.json.Json;
import dev.postern.server.access.AccessException;
import dev.postern.server.door.DoorCalls;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/messages/count_tokens}: how many tokens a request has, as the backend counts them. If it cannot, the number is an
 * estimate, which a header says.
 */
public final class CountTokensHandler implements Handler {
    /** Names how the number was found. */
    static final String HEADER = "X-Token-Count";

    private static final CompletableFuture<OptionalLong> NOT_COUNTED =
            CompletableFuture.completedFuture(OptionalLong.empty());

    private final Gateway gateway;
    private final DoorCalls calls;

    public CountTokensHandler(Gateway gateway, DoorCalls calls) {
        this.gateway = gateway;
        this.calls = calls;
    }

    @Override
    public void handle(ServerExchange exchange) {
        CompletionRequest request = AnthropicRequestReader.read(exchange.body(), model -> calls.target(exchange, model))
                .request();
        calls.check(request);
        if (!exchange.caller().backends().allow(request.backend())) {
            throw HttpFailure.of(AccessException.backend(request.backend()));
        }
        CompletionRequest asked =
                request.toBuilder().options(calls.options(exchange)).build();
        CompletableFuture<OptionalLong> counted =
                mayAsk(exchange, request) ? gateway.countTokensAsync(asked) : NOT_COUNTED;
        exchange.onGone(() -> counted.cancel(true));
        var unused = counted.exceptionally(failure -> OptionalLong.empty())
                .thenAccept(tokens -> answer(exchange, tokens, request));
    }

    private boolean mayAsk(ServerExchange exchange, CompletionRequest request) {
        String own = gateway.modelAliases(request.backend()).getOrDefault(request.model(), request.model());
        return exchange.caller().models().allow(own);
    }

    /** A count that failed becomes an estimate: some models cannot count, and clients only want to know about how much it is. */
    private static void answer(ServerExchange exchange, OptionalLong counted, CompletionRequest request) {
        long tokens = counted.orElseGet(() -> TokenEstimate.of(request));
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("input_tokens", tokens))),
                counted.isPresent() ? Map.of() : Map.of(HEADER, "estimate"));
    }
}
