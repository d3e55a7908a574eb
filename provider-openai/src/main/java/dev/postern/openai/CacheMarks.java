package dev.postern.openai;

import dev.postern.CacheMark;
import dev.postern.json.JsonWriter;
import java.util.Locale;

/**
 * Writes {@code cache_control}, in Anthropic's form. OpenRouter and LiteLLM pass it on to Claude. Others get none, since some
 * servers refuse unknown fields, and their models cache without marks.
 */
enum CacheMarks {
    /** The server gets marks. */
    SENT,
    /** Marks are left out. */
    OMITTED;

    static CacheMarks of(ServerProfile profile, String model) {
        return profile.rules().cacheMarks() && model.toLowerCase(Locale.ROOT).contains("claude") ? SENT : OMITTED;
    }

    /** Whether this mark is written. */
    boolean has(CacheMark mark) {
        return this == SENT && mark != CacheMark.NONE;
    }

    /** Writes the mark as a field of an object, if it is to be written. */
    void write(JsonWriter json, CacheMark mark) {
        if (has(mark)) {
            json.object("cache_control", it -> it.field("type", "ephemeral").fieldIfAny("ttl", mark.ttl()));
        }
    }
}
