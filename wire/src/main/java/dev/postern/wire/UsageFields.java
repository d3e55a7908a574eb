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
        return holder.has("usage") ? of(holder.object("usage")) : null;
    }

    /** Reads the counts that a caller sends, which must be there. */
    static Usage required(Fields fields) {
        Usage usage = of(fields);
        if (usage == null) {
            throw fields.wrong("input_tokens", "must be there, or output_tokens");
        }
        return usage;
    }

    private static @Nullable Usage of(Fields fields) {
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
        json.object("usage", it -> known.ifPresent(usage -> fields(it, usage)));
    }

    static void fields(JsonWriter json, Usage usage) {
        json.field("input_tokens", usage.inputTokens()).field("output_tokens", usage.outputTokens());
        usage.cachedTokens().ifPresent(count -> json.field("cached_tokens", count));
        usage.cacheWriteTokens().ifPresent(count -> json.field("cache_write_tokens", count));
        usage.reasoningTokens().ifPresent(count -> json.field("reasoning_tokens", count));
    }
}
