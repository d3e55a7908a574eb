package dev.postern.mcp;

import dev.postern.LlmException;

/**
 * Bounds for what a server may send. Immutable; start with {@link #defaults()}.
 *
 * @param maxMessageBytes the bytes of one message. Over HTTP, a larger one fails its request; from a process, it ends the connection,
 *     because it is not known to which request it belongs. Default 16 MiB
 * @param maxTools the tools of a list; a longer list fails. Default 500
 * @param maxPages the pages of a list; a list with more fails. Default 100
 * @param maxDescriptionCharacters the characters of a tool's description; a longer one is cut. Default 8,000
 * @param maxSchemaCharacters the characters of a tool's input schema as JSON; a tool with a larger one is left out, and the log says so.
 *     Default 100,000
 * @param maxRequests the requests that are under way at once on one connection; a further one fails with
 *     {@link LlmException.Kind#OVERLOADED}. Default 128
 * @param maxConnections the connections of a client whose scope is not {@link McpScope#SHARED}; beyond, the one that was idle longest
 *     is closed, and if none is idle, the call fails with {@link LlmException.Kind#OVERLOADED}. Default 100
 */
public record McpLimits(
        int maxMessageBytes,
        int maxTools,
        int maxPages,
        int maxDescriptionCharacters,
        int maxSchemaCharacters,
        int maxRequests,
        int maxConnections) {

    private static final McpLimits DEFAULTS = new McpLimits(16 << 20, 500, 100, 8_000, 100_000, 128, 100);

    /** Refuses values below 1, and messages of less than 1,024 bytes. */
    public McpLimits {
        atLeast("maxMessageBytes", maxMessageBytes, 1024);
        atLeast("maxTools", maxTools, 1);
        atLeast("maxPages", maxPages, 1);
        atLeast("maxDescriptionCharacters", maxDescriptionCharacters, 1);
        atLeast("maxSchemaCharacters", maxSchemaCharacters, 1);
        atLeast("maxRequests", maxRequests, 1);
        atLeast("maxConnections", maxConnections, 1);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "McpLimits." + name + " must be at least " + least + ", but is " + value + ".");
        }
    }

    /** The defaults. */
    public static McpLimits defaults() {
        return DEFAULTS;
    }

    /** These limits with another {@link #maxMessageBytes()}. */
    public McpLimits withMaxMessageBytes(int value) {
        return with(0, value);
    }

    /** These limits with another {@link #maxTools()}. */
    public McpLimits withMaxTools(int value) {
        return with(1, value);
    }

    /** These limits with another {@link #maxPages()}. */
    public McpLimits withMaxPages(int value) {
        return with(2, value);
    }

    /** These limits with another {@link #maxDescriptionCharacters()}. */
    public McpLimits withMaxDescriptionCharacters(int value) {
        return with(3, value);
    }

    /** These limits with another {@link #maxSchemaCharacters()}. */
    public McpLimits withMaxSchemaCharacters(int value) {
        return with(4, value);
    }

    /** These limits with another {@link #maxRequests()}. */
    public McpLimits withMaxRequests(int value) {
        return with(5, value);
    }

    /** These limits with another {@link #maxConnections()}. */
    public McpLimits withMaxConnections(int value) {
        return with(6, value);
    }

    /** These limits with another value of the component at this index: seven of one type are easily swapped. */
    private McpLimits with(int index, int value) {
        int[] all = {
            maxMessageBytes,
            maxTools,
            maxPages,
            maxDescriptionCharacters,
            maxSchemaCharacters,
            maxRequests,
            maxConnections
        };
        all[index] = value;
        return new McpLimits(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }
}
