package dev.postern.openai;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code usage}. Servers use different fields for the same count; a field of OpenAI's API wins over the others.
 * Counts are kept as reported, with one exception: Gemini leaves the reasoning tokens out of the completion tokens but
 * includes them in the total; they are added to the output tokens (router-for-me/CLIProxyAPI#5733).
 */
final class UsageReader {
    private static final long ABSENT = -1;

    private long input = ABSENT;
    private long output = ABSENT;
    private long cached = ABSENT;
    private long cachedElsewhere = ABSENT;
    private long cacheWrite = ABSENT;
    private long cacheWriteElsewhere = ABSENT;
    private long reasoning = ABSENT;
    private long reasoningElsewhere = ABSENT;
    private long total = ABSENT;
    /**
     * Whether the server is xAI, which reports reasoning tokens separately from the output tokens. They are not added.
     */
    private boolean isXai;
    /** Whether a count of the cache has Anthropic's name. Such servers do not include it in the input. */
    private boolean hasNameOfAnthropic;

    private UsageReader() {}

    /** Returns the usage, or null if the value has no count of tokens. */
    static @Nullable Usage usage(JsonReader json) {
        return new UsageReader().read(json);
    }

    private @Nullable Usage read(JsonReader json) {
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
                case "cache_read_input_tokens" -> { // Databricks
                    hasNameOfAnthropic = true;
                    cachedElsewhere = json.integer(cachedElsewhere);
                }
                case "cache_creation_input_tokens" -> {
                    hasNameOfAnthropic = true;
                    cacheWriteElsewhere = json.integer(cacheWriteElsewhere);
                }
                case "total_tokens" -> total = json.integer(total);
                case "num_sources_used" -> { // only xAI sends this field
                    isXai = true;
                    json.skip();
                }
                case "reasoning_tokens" -> reasoningElsewhere = json.integer(reasoningElsewhere);
                default -> json.skip();
            }
        }
        if (input == ABSENT && output == ABSENT) {
            return null;
        }
        long thinking = reasoning == ABSENT ? reasoningElsewhere : reasoning;
        long read = cached == ABSENT ? cachedElsewhere : cached;
        long written = cacheWrite == ABSENT ? cacheWriteElsewhere : cacheWrite;
        long inCache = Math.max(0, read) + Math.max(0, written);
        long reported = Math.max(0, output);
        long all = isMissingInOutput(thinking, inCache) ? reported + thinking : reported;
        boolean reasoningIsApart = isXai || thinking > all;
        long answer = reasoningIsApart ? all + Math.max(0, thinking) : all;
        return new Usage(Math.max(0, input), all, optional(read), optional(written), optional(thinking))
                .counted(!isMissingInInput(inCache, answer), !reasoningIsApart);
    }

    /**
     * Whether the input tokens do not include those of the cache: there are more of them, the total shows it, or they have
     * Anthropic's names only. A server that sends them with OpenAI's names as well, counts as OpenAI does.
     */
    private boolean isMissingInInput(long inCache, long answer) {
        boolean isOnTop = total != ABSENT && total - Math.max(0, input) - answer == inCache;
        return inCache > input || isOnTop || (hasNameOfAnthropic && cached == ABSENT && cacheWrite == ABSENT);
    }

    /**
     * Whether the total shows that the output tokens do not include the reasoning tokens. If the difference equals the
     * number of cached tokens, these may be missing in the input tokens instead.
     */
    private boolean isMissingInOutput(long thinking, long inCache) {
        if (thinking <= 0 || total == ABSENT || input == ABSENT || isXai) {
            return false;
        }
        long missing = total - input - Math.max(0, output);
        return thinking > output ? missing >= thinking : missing == thinking && missing != inCache;
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
