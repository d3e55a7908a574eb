package dev.postern.server.door.openai;

import dev.postern.Usage;
import dev.postern.json.JsonWriter;
import java.util.OptionalLong;

/** Writes {@code usage}. OpenAI's counts include the tokens of caches and of reasoning. */
final class ChatUsage {
    private ChatUsage() {}

    /**
     * Writes the field.
     *
     * @param backend the backend that answered; empty if it is not known
     * @param model the model that answered; empty if it is not known
     */
    static void write(JsonWriter json, Usage usage, String backend, String model) {
        long prompt = usage.promptTokensAt(backend, model);
        long answer = usage.answerTokensAt(backend, model);
        json.object("usage", it -> {
            it.field("prompt_tokens", prompt).field("completion_tokens", answer).field("total_tokens", prompt + answer);
            detail(it, "prompt_tokens_details", "cached_tokens", usage.cachedTokens());
            detail(it, "completion_tokens_details", "reasoning_tokens", usage.reasoningTokens());
        });
    }

    private static void detail(JsonWriter json, String name, String field, OptionalLong tokens) {
        if (tokens.isPresent()) {
            json.object(name, it -> it.field(field, tokens.getAsLong()));
        }
    }
}
