package dev.postern.springai;

import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import org.springframework.ai.tool.ToolCallback;

/** A tool that a chat model only gets to know: it returns calls and runs none. */
record OfferedTool(org.springframework.ai.tool.definition.ToolDefinition getToolDefinition) implements ToolCallback {

    static OfferedTool of(ToolDefinition tool) {
        return new OfferedTool(org.springframework.ai.tool.definition.ToolDefinition.builder()
                .name(tool.name())
                .description(tool.description())
                .inputSchema(Json.text(tool.inputSchema()))
                .build());
    }

    @Override
    public String call(String toolInput) {
        throw new IllegalStateException("The caller of Postern runs the tool '" + getToolDefinition.name()
                + "'; the chat model must return the call instead of running it.");
    }
}
