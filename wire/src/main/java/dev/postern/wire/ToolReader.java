package dev.postern.wire;

import dev.postern.CacheMark;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the tools of a request and its tool choice, in the form of the gateway, OpenAI, Anthropic or Bedrock. */
final class ToolReader {
    private ToolReader() {}

    static List<ToolDefinition> tools(Fields request) {
        List<ToolDefinition> tools = new ArrayList<>();
        request.objects("tools").forEach(tool -> tools.add(tool(tool)));
        return tools;
    }

    static ToolDefinition tool(Fields tool) {
        if (tool.has("toolSpec")) {
            Fields spec = tool.object("toolSpec");
            Fields schema = spec.has("inputSchema") ? spec.object("inputSchema") : spec;
            return tool(spec, schema, "json");
        }
        if (tool.has("function")) {
            Fields function = tool.object("function");
            return tool(function, function, schemaField(function));
        }
        String type = tool.text("type");
        if (!type.isEmpty() && !type.equals("function") && !type.equals("custom")) {
            throw tool.wrong("type", "'" + type + "' is a tool type of one vendor; put the tool into extra.tools");
        }
        return tool(tool, tool, schemaField(tool));
    }

    private static String schemaField(Fields tool) {
        return tool.has("input_schema") ? "input_schema" : "parameters";
    }

    private static ToolDefinition tool(Fields tool, Fields holder, String schema) {
        String name = tool.text("name");
        String description = tool.text("description");
        Map<String, @Nullable Object> arguments = holder.map(schema);
        boolean strict = tool.isTrue("strict");
        CacheMark cache = CacheMarks.read(tool);
        return Fields.at(tool.path(), "tools", () -> new ToolDefinition(name, description, arguments, strict, cache));
    }

    /** Reads a mode, a tool's name, or an object. An object in none of the known forms is passed on as the vendor's own. */
    static @Nullable ToolChoice choice(Fields request) {
        Object value = request.get("tool_choice");
        if (value == null || "".equals(value)) {
            return null;
        }
        if (value instanceof String text) {
            ToolChoice mode = mode(text);
            return mode == null ? ToolChoice.named(text) : mode;
        }
        Fields choice = Fields.of("tool_choice", value);
        ToolChoice known = known(choice);
        return known == null ? new ToolChoice.Vendor(choice.asMap()) : known;
    }

    private static @Nullable ToolChoice mode(String text) {
        return switch (text) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "any", "required" -> ToolChoice.ANY;
            default -> null;
        };
    }

    private static @Nullable ToolChoice known(Fields choice) {
        if (choice.hasOnly("type")) {
            return mode(choice.text("type"));
        }
        if (choice.hasOnly("type", "function") && choice.text("type").equals("function")) {
            return named(choice.object("function"));
        }
        if (choice.hasOnly("type", "name")
                && (choice.text("type").equals("tool") || choice.text("type").equals("function"))) {
            return named(choice);
        }
        if (choice.hasOnly("tool")) {
            return named(choice.object("tool"));
        }
        return choice.hasOnly("auto") ? ToolChoice.AUTO : choice.hasOnly("any") ? ToolChoice.ANY : null;
    }

    private static ToolChoice named(Fields holder) {
        String name = holder.text("name");
        return Fields.at(holder.path("name"), "tool_choice", () -> ToolChoice.named(name));
    }
}
