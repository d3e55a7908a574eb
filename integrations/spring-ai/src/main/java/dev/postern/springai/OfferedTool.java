package dev.postern.springai;

import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import org.springframework.ai.tool.ToolCallback;

/** A tool that a chat model only gets to know: it returns calls and runs none. */
record OfferedTool(Offered getToolDefinition) implements ToolCallback {

    /** Postern's own model takes the tool itself, as it may be strict, which Spring AI's definition cannot say. */
    record Offered(ToolDefinition tool, String inputSchema)
            implements org.springframework.ai.tool.definition.ToolDefinition {
        @Override
        public String name() {
            return tool.name();
        }

        @Override
        public String description() {
            return tool.description();
        }
    }

    static OfferedTool of(ToolDefinition tool) {
        return new OfferedTool(new Offered(tool, Json.text(tool.inputSchema())));
    }

    @Override
    public String call(String toolInput) {
        throw new IllegalStateException("The caller of Postern runs the tool '" + getToolDefinition.name()
                + "'; the chat model must return the call instead of running it.");
    }
}
