package dev.postern.server.door;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.server.http.ServerExchange;

/** What the calls of a door need of the server, the same for all doors. */
public interface DoorCalls {
    /**
     * Finds where a request goes. If a header names the backend, the model is one of this backend. Else {@code backend/model} is a
     * model of the backend, if there is a backend or group of this name, and its name alone stands for its default model; an alias of
     * a model goes to the first backend that has it, the default one before the others; all else is a model of the default backend.
     *
     * @throws dev.postern.server.http.HttpFailure if a header names an unknown backend
     */
    DoorTarget target(ServerExchange exchange, String model);

    /** The options of the calls for this exchange; each exchange asks once. */
    CallOptions options(ServerExchange exchange);

    /** Who asks, and until when. */
    CallContext context(ServerExchange exchange);

    /**
     * Refuses extra fields that the operator does not let through.
     *
     * @throws dev.postern.LlmException with the name of the field
     */
    void check(CompletionRequest request);
}
