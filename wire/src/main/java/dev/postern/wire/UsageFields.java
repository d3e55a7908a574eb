package dev.postern.wire;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import dev.postern.json.JsonWriter;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads and writes token counts. An object without counts, as of the Python gateway, means that the usage is unknown. */
final class UsageFields {
    private static final long ABSENT = Long.MIN_VALUE;

    private long input = ABSENT;
    private long output = ABSENT;
    private long cached = ABSENT;
    private long cacheWrite = ABSENT;
    private long reasoning = ABSENT;

    private UsageFields() {}

    /** Reads the next value of the reader; null if the usage is unknown. */
    static @Nullable Usage read(JsonReader json) {
        UsageFields usage = new UsageFields();
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "input_tokens" -> usage.input = json.integer(ABSENT);
                    case "output_tokens" -> usage.output = json.integer(ABSENT);
                    case "cached_tokens" -> usage.cached = json.integer(ABSENT);
                    case "cache_write_tokens" -> usage.cacheWrite = json.integer(ABSENT);
                    case "reasoning_tokens" -> usage.reasoning = json.integer(ABSENT);
                    default -> json.skip();
                }
            }
        }
        return usage.result();
    }

    /** Reads the field {@code usage} of a tree; null if the usage is unknown. */
    static @Nullable Usage read(Fields holder) {
        if (!holder.has("usage")) {
            return null;
        }
        Fields fields = holder.object("usage");
        UsageFields usage = new UsageFields();
        usage.input = count(fields, "input_tokens");
        usage.output = count(fields, "output_tokens");
        usage.cached = count(fields, "cached_tokens");
        usage.cacheWrite = count(fields, "cache_write_tokens");
        usage.reasoning = count(fields, "reasoning_tokens");
        return usage.result();
    }

    private static long count(Fields fields, String name) {
        Long count = fields.whole(name);
        return count == null ? ABSENT : count;
    }

    private @Nullable Usage result() {
        if (input == ABSENT && output == ABSENT) {
            return null;
        }
        return new Usage(
                input == ABSENT ? 0 : input,
                output == ABSENT ? 0 : output,
                optional(cached),
                optional(cacheWrite),
                optional(reasoning));
    }

    private static OptionalLong optional(long count) {
        return count == ABSENT ? OptionalLong.empty() : OptionalLong.of(count);
    }

    static void write(JsonWriter json, Optional<Usage> known) {
        json.object(
                "usage",
                it -> known.ifPresent(usage -> {
                    it.field("input_tokens", usage.inputTokens()).field("output_tokens", usage.outputTokens());
                    usage.cachedTokens().ifPresent(count -> it.field("cached_tokens", count));
                    usage.cacheWriteTokens().ifPresent(count -> it.field("cache_write_tokens", count));
                    usage.reasoningTokens().ifPresent(count -> it.field("reasoning_tokens", count));
                }));
    }
}
