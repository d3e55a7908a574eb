package dev.postern.server.door.anthropic;

import dev.postern.Usage;
import dev.postern.json.JsonWriter;
import java.util.Optional;

/** Writes {@code usage}. Anthropic's input tokens do not include those of the cache. */
final class AnthropicUsage {
    private AnthropicUsage() {}

    /**
     * Writes the field.
     *
     * @param usage empty if it is not known, or not yet; both counts are then 0, because clients require them
     * @param backend the backend that answered; empty if it is not known
     * @param model the model that answered; empty if it is not known
     */
    static void write(JsonWriter json, Optional<Usage> usage, String backend, String model) {
        json.object("usage", it -> {
            long read = usage.map(Usage::cachedTokens)
                    .map(tokens -> tokens.orElse(0))
                    .orElse(0L);
            long written = usage.map(Usage::cacheWriteTokens)
                    .map(tokens -> tokens.orElse(0))
                    .orElse(0L);
            long prompt =
                    usage.map(known -> known.promptTokensAt(backend, model)).orElse(0L);
            it.field("input_tokens", Math.max(0, prompt - read - written))
                    .field("cache_creation_input_tokens", written)
                    .field("cache_read_input_tokens", read)
                    .field(
                            "output_tokens",
                            usage.map(known -> known.answerTokensAt(backend, model))
                                    .orElse(0L));
        });
    }
}
