package dev.postern.bedrock;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the usage of an answer. */
final class ConverseUsageReader {
    private ConverseUsageReader() {}

    /**
     * Reads {@code {"inputTokens", "outputTokens", …}}.
     *
     * @param before the usage that is known so far; returned if this one has no counts
     * @param raw receives all fields; null if they are not needed
     */
    static @Nullable Usage read(JsonReader json, @Nullable Usage before, @Nullable Map<String, @Nullable Object> raw) {
        if (!json.beginObject()) {
            return before;
        }
        long input = -1;
        long output = -1;
        long read = -1;
        long write = -1;
        while (json.nextField()) {
            switch (json.name()) {
                case "inputTokens" -> input = count(json, raw);
                case "outputTokens" -> output = count(json, raw);
                case "cacheReadInputTokens" -> read = count(json, raw);
                case "cacheWriteInputTokens" -> write = count(json, raw);
                default -> other(json, raw);
            }
        }
        return input < 0 && output < 0
                ? before
                : new Usage(
                                Math.max(0, input),
                                Math.max(0, output),
                                optional(read),
                                optional(write),
                                OptionalLong.empty())
                        .counted(false, true); // the cache is not in the input
    }

    private static long count(JsonReader json, @Nullable Map<String, @Nullable Object> raw) {
        String name = json.name();
        long count = json.integer(-1);
        if (raw != null && count >= 0) {
            raw.put(name, count);
        }
        return count;
    }

    private static void other(JsonReader json, @Nullable Map<String, @Nullable Object> raw) {
        String name = json.name();
        if (raw == null) {
            json.skip();
        } else {
            raw.put(name, json.value());
        }
    }

    private static OptionalLong optional(long count) {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
