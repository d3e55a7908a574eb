package dev.postern.server.door.openai;

/**
 * The fields with which messages of this API carry reasoning. OpenAI has none; many servers and clients know these. Clients that keep
 * unknown fields send back what a backend wants with its reasoning and calls; the others lose it.
 */
final class Reasoning {
    /** The text, in messages and deltas. */
    static final String TEXT = "reasoning_content";
    /** A list of objects, each with {@code type}, {@code text} and what its backend wants back. */
    static final String DETAILS = "reasoning_details";
    /** What the backend wants back, packed by {@link dev.postern.server.door.Origin}; also in a tool call. */
    static final String PACKED = "signature";

    private Reasoning() {}
}
