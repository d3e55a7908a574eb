package dev.postern.server.door.openai;

import dev.postern.CompletionRequest;

/**
 * A request of OpenAI's Chat Completions API.
 *
 * @param request the request
 * @param model the model as the client named it
 * @param stream whether the client wants events
 * @param usage whether a stream ends with the counts of tokens
 * @param functions whether the client uses the legacy functions, so that the answer has a {@code function_call}
 */
record ChatRequest(CompletionRequest request, String model, boolean stream, boolean usage, boolean functions) {}
