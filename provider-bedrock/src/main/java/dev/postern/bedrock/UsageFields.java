package dev.postern.bedrock;

import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What an answer cost, as Converse counts it. */
final class UsageFields {
    private UsageFields() {}

    /** {@code {"inputTokens", "outputTokens", …}}; what was known before if that counts nothing. */
    static @Nullable Usage read(JsonReader json, @Nullable Usage before) {
        if (!json.beginObject()) {
            return before;
        }
        long input = -1;
        long output = -1;
        long read = -1;
        long write = -1;
        while (json.nextField()) {
            switch (json.name()) {
                case "inputTokens" -> input = json.integer(-1);
                case "outputTokens" -> output = json.integer(-1);
                case "cacheReadInputTokens" -> read = json.integer(-1);
                case "cacheWriteInputTokens" -> write = json.integer(-1);
                default -> json.skip();
            }
        }
        return input < 0 && output < 0
                ? before
                : new Usage(
                        Math.max(0, input), Math.max(0, output), optional(read), optional(write), OptionalLong.empty());
    }

    private static OptionalLong optional(long count) {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
