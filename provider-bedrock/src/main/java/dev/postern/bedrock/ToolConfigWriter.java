package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes {@code toolConfig}: the tools and how the model may use them. */
final class ToolConfigWriter {
    private final CompletionRequest request;
    private final List<ToolDefinition> tools;
    private final ConverseExtraFields extra;
    private final boolean cached;
    private final CachePoints points;
    private final ToolIdentifiers ids;

    /**
     * Creates a writer.
     *
     * @param tools the tools of the request; those of the extra fields are added to them
     * @param cached whether to set a cache point after the tools
     * @param points the cache points for marks of tools
     */
    ToolConfigWriter(
            CompletionRequest request,
            List<ToolDefinition> tools,
            ConverseExtraFields extra,
            boolean cached,
            CachePoints points,
            ToolIdentifiers ids) {
        this.request = request;
        this.tools = tools;
        this.extra = extra;
        this.cached = cached;
        this.points = points;
        this.ids = ids;
    }

    void write(JsonWriter json) {
        json.object("toolConfig", this::members);
    }

    private void members(JsonWriter config) {
        config.array("tools", all -> {
            tools.forEach(tool -> {
                all.object(outer -> outer.object("toolSpec", spec -> tool(spec, tool)));
                points.write(all, tool);
            });
            extra.tools().forEach(all::value);
            if (cached && (tools.isEmpty() || !points.isAfter(tools.get(tools.size() - 1)))) {
                CachePoint.write(all);
            }
        });
        request.toolChoice().ifPresent(choice -> toolChoice(config, choice));
        extra.toolOptions().forEach(config::fieldOf);
    }

    private void tool(JsonWriter spec, ToolDefinition tool) {
        spec.field("name", ids.toWireName(tool.name()))
                .fieldIfAny("description", tool.description().isBlank() ? "" : tool.description())
                .object("inputSchema", schema -> schema.fieldOf("json", withObjectType(tool.inputSchema())));
        if (tool.strict()) {
            spec.field("strict", true);
        }
    }

    /** Adds {@code "type": "object"} to a schema without a type, because Converse requires it. */
    private static Map<String, @Nullable Object> withObjectType(Map<String, @Nullable Object> schema) {
        Object type = schema.get("type");
        if (type != null && !(type instanceof List<?> several && several.contains("object"))) {
            return schema; // another type than object; the service reports the error
        }
        Map<String, @Nullable Object> typed = new LinkedHashMap<>();
        typed.put("type", "object");
        schema.forEach(typed::putIfAbsent);
        return typed;
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
