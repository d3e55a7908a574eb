package dev.postern;

/**
 * A mark on a {@link Message} or a {@link ToolDefinition}: the backend may keep the prompt up to the end of it in its
 * cache, for the next request that begins in the same way. It is a hint and changes no answer. Claude needs such marks,
 * on Amazon Bedrock and behind OpenRouter or LiteLLM; other models cache by themselves, and do not get the marks.
 *
 * <p>The order of a prompt is tools, system prompt, messages. Claude accepts four marks in a request, a mark with a
 * longer lifetime before those with a shorter one.
 */
public enum CacheMark {
    /** No mark, the default. */
    NONE(""),
    /** With the backend's default lifetime; Claude: five minutes since the last use. */
    DEFAULT(""),
    /** For five minutes since the last use. */
    FIVE_MINUTES("5m"),
    /** For an hour since the last use. Models without this lifetime use their default. */
    ONE_HOUR("1h");

    private final String ttl;

    CacheMark(String ttl) {
        this.ttl = ttl;
    }

    /** The lifetime as a word of Claude's APIs, {@code 5m} or {@code 1h}; empty for the default. */
    public String ttl() {
        return ttl;
    }
}
