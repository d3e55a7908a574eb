package dev.postern.wire;

import dev.postern.CacheMark;
import dev.postern.json.JsonWriter;

/** Reads and writes {@code cache_control} of messages and tools, in Anthropic's form. */
final class CacheMarks {
    private static final String FIELD = "cache_control";

    private CacheMarks() {}

    static CacheMark read(Fields holder) {
        if (!holder.has(FIELD)) {
            return CacheMark.NONE;
        }
        Fields mark = holder.object(FIELD);
        return switch (mark.text("ttl")) {
            case "" -> CacheMark.DEFAULT;
            case "5m" -> CacheMark.FIVE_MINUTES;
            case "1h" -> CacheMark.ONE_HOUR;
            default -> throw mark.wrong("ttl", "must be 5m or 1h");
        };
    }

    static void write(JsonWriter json, CacheMark mark) {
        if (mark != CacheMark.NONE) {
            json.object(FIELD, it -> it.field("type", "ephemeral").fieldIfAny("ttl", mark.ttl()));
        }
    }
}
