package dev.postern.bedrock;

import dev.postern.json.JsonWriter;

/** Where a prompt may be cached up to: a cache point is put at the end of that part of each request. */
public enum CachePoint {
    /** The system prompt. */
    SYSTEM,
    /** The tools; not with Amazon's Nova, which refuses it. */
    TOOLS,
    /**
     * The messages, up to the end of the last one of the user; less the documents at its end that are no PDF, after which
     * Bedrock refuses a cache point.
     */
    MESSAGES;

    /** A point is a block of its own. */
    static void write(JsonWriter json) {
        json.object(block -> block.object("cachePoint", point -> point.field("type", "default")));
    }
}
