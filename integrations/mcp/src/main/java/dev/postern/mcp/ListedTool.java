package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.util.Map;

/**
 * What is kept of a tool that a server lists: no more than the limits allow, however much the server sends.
 *
 * @param name the name on the server
 * @param description the description, cut
 * @param schema the schema of the arguments; empty if it cannot be used
 * @param problem why the tool cannot be used; empty if it can
 */
record ListedTool(String name, String description, Map<?, ?> schema, String problem) {
    private static final int LONGEST_NAME = 1000; // characters; the protocol advises 128

    static ListedTool of(JsonObject tool, McpLimits limits) {
        String name = tool.text("name");
        if (name.length() > LONGEST_NAME) {
            return new ListedTool(
                    RpcError.shortened(name), "", Map.of(), "its name has more than " + LONGEST_NAME + " characters");
        }
        Map<?, ?> schema = tool.get("inputSchema") instanceof Map<?, ?> given ? given : Map.of();
        int length = Json.text(schema).length();
        if (length > limits.maxSchemaCharacters()) {
            return new ListedTool(
                    name,
                    "",
                    Map.of(),
                    "its schema has " + length + " characters; McpLimits.maxSchemaCharacters is "
                            + limits.maxSchemaCharacters());
        }
        return new ListedTool(name, description(tool, limits.maxDescriptionCharacters()), schema, "");
    }

    private static String description(JsonObject tool, int most) {
        String text = tool.text("description").isBlank() ? tool.text("title") : tool.text("description");
        return text.length() <= most ? text : text.substring(0, most) + " […]";
    }

    /** Checks that the tool can be used. */
    void requireUsable() {
        if (!problem.isEmpty()) {
            throw new LlmException(Kind.PROTOCOL, problem);
        }
    }
}
