package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.JsonWriter;
import java.util.List;

/** Writes what tools there are, and which the model may or must call. */
final class ToolConfigWriter {
    private final CompletionRequest request;
    private final List<ToolDefinition> tools;
    private final ConverseSettings settings;
    private final WireIds ids;

    ToolConfigWriter(CompletionRequest request, List<ToolDefinition> tools, ConverseSettings settings, WireIds ids) {
        this.request = request;
        this.tools = tools;
        this.settings = settings;
        this.ids = ids;
    }

    void write(JsonWriter json) {
        json.object("toolConfig", this::members);
    }

    private void members(JsonWriter config) {
        config.array("tools", all -> {
            tools.forEach(tool -> all.object(outer -> outer.object(
                    "toolSpec",
                    spec -> spec.field("name", ids.toWireName(tool.name()))
                            .fieldIfAny("description", tool.description().isBlank() ? "" : tool.description())
                            .object("inputSchema", schema -> schema.fieldOf("json", tool.inputSchema())))));
            if (settings.cache().contains(CachePoint.TOOLS)) {
                CachePoint.write(all);
            }
        });
        request.toolChoice().ifPresent(choice -> toolChoice(config, choice));
    }

    private void toolChoice(JsonWriter config, ToolChoice choice) {
        if (choice instanceof ToolChoice.Vendor vendor) {
            config.fieldOf("toolChoice", vendor.value());
        } else if (choice instanceof ToolChoice.Named named) {
            config.object(
                    "toolChoice", out -> out.object("tool", tool -> tool.field("name", ids.toWireName(named.tool()))));
        } else {
            config.object("toolChoice", out -> out.object(choice == ToolChoice.ANY ? "any" : "auto", none -> {}));
        }
    }
}
