package dev.postern.server.door.openai;

import dev.postern.CompletionRequest;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.server.door.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the tools of a request and the choice among them, also as the legacy functions. */
final class ToolsReader {
    private ToolsReader() {}

    /** Adds them to the request. */
    static void addTo(CompletionRequest.Builder request, Body body) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Body tool : body.objects("tools")) {
            if (!tool.text("type").equals("function")) {
                throw tool.wrong("type", "must be function; this gateway has no tools of its own");
            }
            tools.add(tool(tool.object("function")));
        }
        for (Body function : body.objects("functions")) {
            tools.add(tool(function));
        }
        request.tools(tools);
        if (!tools.isEmpty()) {
            request.toolChoice(body.has("functions") ? functionCall(body) : choice(body));
        }
    }

    private static ToolDefinition tool(Body function) {
        Map<String, @Nullable Object> schema = function.map("parameters");
        return function.make(() -> new ToolDefinition(
                function.text("name"), function.text("description"), schema, function.isTrue("strict")));
    }

    private static @Nullable ToolChoice choice(Body body) {
        if (!body.has("tool_choice")) {
            return null;
        }
        if (body.get("tool_choice") instanceof String word) {
            return word(body, "tool_choice", word);
        }
        Body choice = body.object("tool_choice");
        if (!choice.text("type").equals("function")) {
            throw choice.wrong("type", "must be function");
        }
        Body function = choice.object("function");
        return function.make(() -> ToolChoice.named(function.text("name")));
    }

    private static @Nullable ToolChoice functionCall(Body body) {
        if (!body.has("function_call")) {
            return null;
        }
        if (body.get("function_call") instanceof String word) {
            return word(body, "function_call", word);
        }
        Body choice = body.object("function_call");
        return choice.make(() -> ToolChoice.named(choice.text("name")));
    }

    private static ToolChoice word(Body body, String field, String word) {
        return switch (word) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required", "any" -> ToolChoice.ANY;
            default -> throw body.wrong(field, "must be auto, none, required or a function");
        };
    }
}
