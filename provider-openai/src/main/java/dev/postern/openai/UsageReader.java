package dev.postern.openai;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code usage}, whose counts stand in different places at different servers. Where there are two, the one in OpenAI's
 * own place wins. Counts are as reported, with one exception: reasoning tokens that are not among the completion tokens,
 * although the total says that they come on top, are output tokens (Gemini, router-for-me/CLIProxyAPI#5733).
 */
final class UsageReader {
    private static final long ABSENT = -1;

    private long input;
    private long output;
    private long cached;
    private long cachedElsewhere;
    private long cacheWrite;
    private long cacheWriteElsewhere;
    private long reasoning;
    private long reasoningElsewhere;
    private long total;
    /** xAI reports its reasoning tokens beside the output tokens, and so do we. */
    private boolean countsApart;

    /** The usage, or null if the value holds no count of tokens. */
    @Nullable
    Usage read(JsonReader json) {
        input = output = cached =
                cachedElsewhere = cacheWrite = cacheWriteElsewhere = reasoning = reasoningElsewhere = total = ABSENT;
        countsApart = false;
        if (!json.beginObject()) {
            return null;
        }
        while (json.nextField()) {
            switch (json.name()) {
                case "prompt_tokens", "input_tokens" -> input = json.integer(input);
                case "completion_tokens", "output_tokens" -> output = json.integer(output);
                case "prompt_tokens_details", "input_tokens_details" -> promptDetails(json);
                case "completion_tokens_details", "output_tokens_details" -> completionDetails(json);
                case "cached_tokens",
                        "prompt_cache_hit_tokens",
                        "num_cached_tokens",
                        "cache_read_input_tokens" -> // Anthropic's name, at Databricks
                    cachedElsewhere = json.integer(cachedElsewhere);
                case "cache_creation_input_tokens" -> cacheWriteElsewhere = json.integer(cacheWriteElsewhere);
                case "total_tokens" -> total = json.integer(total);
                case "num_sources_used" -> { // xAI alone
                    countsApart = true;
                    json.skip();
                }
                case "reasoning_tokens" -> reasoningElsewhere = json.integer(reasoningElsewhere);
                default -> json.skip();
            }
        }
        if (input == ABSENT && output == ABSENT) {
            return null;
        }
        long thought = reasoning == ABSENT ? reasoningElsewhere : reasoning;
        long read = cached == ABSENT ? cachedElsewhere : cached;
        long written = cacheWrite == ABSENT ? cacheWriteElsewhere : cacheWrite;
        long said = Math.max(0, output);
        long more = comesOnTop(thought, Math.max(0, read) + Math.max(0, written)) ? thought : 0;
        return new Usage(Math.max(0, input), said + more, optional(read), optional(written), optional(thought));
    }

    /** Whether so many reasoning tokens are missing from the output tokens, and not just cached ones from the input. */
    private boolean comesOnTop(long thought, long inCache) {
        if (thought <= 0 || total == ABSENT || input == ABSENT || countsApart) {
            return false;
        }
        long missing = total - input - Math.max(0, output);
        return thought > output ? missing >= thought : missing == thought && missing != inCache;
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
