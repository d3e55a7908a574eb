package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;

/**
 * A request of {@code POST /v1/messages}.
 *
 * @param request what is asked, with the backend and model that were found for its model
 * @param model the model as the client named it
 * @param stream whether the answer is a stream
 * @param thinking whether the client wants to see the model's reasoning; clients without this wish expect none
 */
record MessagesRequest(CompletionRequest request, String model, boolean stream, boolean thinking) {}
