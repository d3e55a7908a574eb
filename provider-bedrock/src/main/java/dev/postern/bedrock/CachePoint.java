package dev.postern.bedrock;

import dev.postern.json.JsonWriter;

/**
 * A part of a prompt. Each request gets a cache point at the end of this part, so that Bedrock can cache up to there.
 */
public enum CachePoint {
    /** The system prompt. */
    SYSTEM,
    /** The tools. Ignored for Amazon's Nova, which refuses this cache point. */
    TOOLS,
    /**
     * The messages, up to the end of the last user message. The cache point is set before documents other than PDF at
     * the end of that message, because Bedrock refuses a cache point after them.
     */
    MESSAGES;

    /** Writes a cache point, which is a separate block. */
    static void write(JsonWriter json) {
        write(json, "");
    }

    /** The same with a lifetime; empty for the default one. */
    static void write(JsonWriter json, String ttl) {
        json.object(block -> block.object(
                "cachePoint", point -> point.field("type", "default").fieldIfAny("ttl", ttl)));
    }
}
