package dev.postern.genai;

/** The sets of names of the GenAI conventions. Names that are equal in all sets are constants of {@link GenAi}. */
public enum GenAiNames {
    /** The newest names, of schema 1.42. */
    LATEST("gen_ai.client.inference.", "gen_ai.usage.cache_write.input_tokens"),
    /** The names of schema 1.41, which most dashboards know in 2026. */
    V1_41("gen_ai.client.operation.", "gen_ai.usage.cache_creation.input_tokens");

    private final String prefix;
    private final String cacheWrite;

    GenAiNames(String prefix, String cacheWrite) {
        this.prefix = prefix;
        this.cacheWrite = cacheWrite;
    }

    /** The metric of the time that calls take, in seconds. */
    public String duration() {
        return prefix + "duration";
    }

    /** The metric of the time until the first event with content, in seconds; streams only. */
    public String timeToFirstChunk() {
        return prefix + "time_to_first_chunk";
    }

    /** The metric of the time between two events with content, in seconds; streams only. */
    public String timePerOutputChunk() {
        return prefix + "time_per_output_chunk";
    }

    /** The attribute of the tokens that were written to a cache. */
    public String cacheWriteTokens() {
        return cacheWrite;
    }
}
