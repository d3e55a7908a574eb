package dev.postern.openai;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code usage}, whose counts stand in different places at different servers. Where two places agree or not, the
 * one in OpenAI's own place wins. */
final class UsageReader {
    private static final long ABSENT = -1;

    private long input;
    private long output;
    private long cached;
    private long cachedElsewhere;
    private long cacheWrite;
    private long reasoning;
    private long reasoningElsewhere;

    /** The usage, or null if the value holds no count of tokens. */
    @Nullable
    Usage read(JsonReader json) {
        input = output = cached = cachedElsewhere = cacheWrite = reasoning = reasoningElsewhere = ABSENT;
        if (!json.beginObject()) {
            return null;
        }
        while (json.nextField()) {
            switch (json.name()) {
                case "prompt_tokens", "input_tokens" -> input = json.integer(input);
                case "completion_tokens", "output_tokens" -> output = json.integer(output);
                case "prompt_tokens_details", "input_tokens_details" -> promptDetails(json);
                case "completion_tokens_details", "output_tokens_details" -> completionDetails(json);
                case "cached_tokens", "prompt_cache_hit_tokens", "num_cached_tokens" ->
                    cachedElsewhere = json.integer(cachedElsewhere);
                case "reasoning_tokens" -> reasoningElsewhere = json.integer(reasoningElsewhere);
                default -> json.skip();
            }
        }
        if (input == ABSENT && output == ABSENT) {
            return null;
        }
        return new Usage(
                Math.max(0, input),
                Math.max(0, output),
                optional(cached == ABSENT ? cachedElsewhere : cached),
                optional(cacheWrite),
                optional(reasoning == ABSENT ? reasoningElsewhere : reasoning));
    }

    private void promptDetails(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "cached_tokens" -> cached = json.integer(cached);
                    case "cache_write_tokens", "cache_creation_tokens" -> cacheWrite = json.integer(cacheWrite);
                    default -> json.skip();
                }
            }
        }
    }

    private void completionDetails(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "reasoning_tokens" -> reasoning = json.integer(reasoning);
                    default -> json.skip();
                }
            }
        }
    }

    private static OptionalLong optional(long count) {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
