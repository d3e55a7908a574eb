package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.server.door.Body;
import dev.postern.server.door.DoorTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of Anthropic's Messages API. Unknown fields are ignored; tools, blocks and servers that only Anthropic can run are
 * refused, as is an invalid value of a known field, with its path.
 */
final class AnthropicRequestReader {
    private AnthropicRequestReader() {}

    /**
     * Reads the request from JSON in UTF-8.
     *
     * @param targets finds the backend for the name of a model
     * @throws LlmException of kind INVALID_REQUEST with the path of the invalid value
     */
    static MessagesRequest read(byte[] json, Function<String, DoorTarget> targets) {
        Body body = Body.parse(json);
        if (body.text("model").isEmpty()) {
            throw body.wrong("model", "is required");
        }
        DoorTarget target = targets.apply(body.text("model"));
        CompletionRequest.Builder request = CompletionRequest.builder()
                .backend(target.backend())
                .model(target.model())
                .system(MessagesReader.system(body))
                .messages(new MessagesReader(target.members()::contains).read(body))
                .temperature(body.number("temperature"))
                .topP(body.number("top_p"))
                .maxTokens(body.integer("max_tokens"))
                .stop(body.texts("stop_sequences").toArray(String[]::new))
                .notes(body.map("metadata"));
        tools(request, body);
        format(request, body);
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        if (body.has("top_k")) {
            extra.put("top_k", body.integer("top_k"));
        }
        ThinkingReader.addTo(request, body, target.knownAs(), extra);
        refuseServers(body);
        return new MessagesRequest(
                request.extra(extra).build(), body.text("model"), body.isTrue("stream"), ThinkingReader.isWanted(body));
    }

    private static void refuseServers(Body body) {
        if (!body.list("mcp_servers").isEmpty()) {
            throw body.wrong(
                    "mcp_servers", "are not supported by this gateway; offer their tools as tools of the client");
        }
    }

    private static void tools(CompletionRequest.Builder request, Body body) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Body tool : body.objects("tools")) {
            tools.add(tool(tool));
        }
        request.tools(tools);
        if (!tools.isEmpty() && body.has("tool_choice")) {
            Body choice = body.object("tool_choice");
            request.toolChoice(choice(choice));
            if (choice.isTrue("disable_parallel_tool_use")) {
                request.parallelToolCalls(false);
            }
        }
    }

    private static ToolDefinition tool(Body tool) {
        String type = tool.text("type");
        if (!type.isEmpty() && !type.equals("custom")) {
            throw tool.wrong(
                    "type",
                    "'" + BlockReader.shown(type)
                            + "' is a tool of Anthropic's own service, which this gateway does not have; use custom tools");
        }
        Map<String, @Nullable Object> schema = tool.map("input_schema");
        String description = tool.text("description");
        boolean strict = tool.isTrue("strict");
        return tool.make(
                () -> new ToolDefinition(tool.text("name"), description, schema, strict, BlockReader.mark(tool)));
    }

    private static ToolChoice choice(Body choice) {
        return switch (choice.text("type")) {
            case "auto" -> ToolChoice.AUTO;
            case "any" -> ToolChoice.ANY;
            case "none" -> ToolChoice.NONE;
            case "tool" -> choice.make(() -> ToolChoice.named(choice.text("name")));
            default -> throw choice.wrong("type", "must be auto, any, tool or none");
        };
    }

    private static void format(CompletionRequest.Builder request, Body body) {
        Body holder = body.has("output_config") ? body.object("output_config") : body;
        String name = body.has("output_config") ? "format" : "output_format";
        if (holder.has(name)) {
            Body format = holder.object(name);
            if (!format.text("type").equals("json_schema")) {
                throw format.wrong("type", "must be json_schema");
            }
            Map<String, @Nullable Object> schema = format.map("schema");
            request.responseFormat(format.make(() -> new ResponseFormat.JsonSchema("answer", schema, true)));
        }
    }
}
