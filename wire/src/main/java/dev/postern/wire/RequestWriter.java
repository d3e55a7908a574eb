package dev.postern.wire;

import dev.postern.CompletionRequest;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Writes a completion request, with the fields that are set. The {@link CompletionRequest#options()} are not written, because
 * they belong to the call.
 */
public final class RequestWriter {
    private static final Set<String> MODES = Set.of("auto", "none", "any", "required");

    private RequestWriter() {}

    /** Writes the request as one JSON object, in UTF-8. Equal requests have equal bytes. */
    public static byte[] write(CompletionRequest request) {
        return Json.bytes(json -> json.object(it -> fields(it, request)));
    }

    static void fields(JsonWriter json, CompletionRequest request) {
        json.fieldIfAny("provider", request.backend())
                .fieldIfAny("model", request.model())
                .fieldIfAny("system", request.system());
        number(json, "temperature", request.temperature());
        request.maxTokens().ifPresent(count -> json.field("max_tokens", count));
        number(json, "top_p", request.topP());
        request.seed().ifPresent(seed -> json.field("seed", seed));
        number(json, "presence_penalty", request.presencePenalty());
        number(json, "frequency_penalty", request.frequencyPenalty());
        if (!request.stop().isEmpty()) {
            json.array("stop", request.stop(), JsonWriter::text);
        }
        json.fieldIfAny("reasoning_effort", request.reasoningEffort());
        request.parallelToolCalls().ifPresent(allowed -> json.field("parallel_tool_calls", allowed));
        request.responseFormat().ifPresent(format -> format(json, format));
        json.array("messages", request.messages(), MessageWriter::write);
        if (!request.tools().isEmpty()) {
            json.array("tools", request.tools(), RequestWriter::tool);
        }
        if (!request.tools().isEmpty() || request.extra().get("tools") instanceof List) {
            request.toolChoice().ifPresent(choice -> choice(json, choice));
        }
        if (!request.requestMetadata().isEmpty()) {
            json.fieldOf("request_metadata", request.requestMetadata());
        }
        if (!request.notes().isEmpty()) {
            json.fieldOf("metadata", request.notes());
        }
        if (!request.extra().isEmpty()) {
            json.fieldOf("extra", request.extra());
        }
    }

    private static void number(JsonWriter json, String name, OptionalDouble value) {
        value.ifPresent(number -> json.field(name, number));
    }

    private static void format(JsonWriter json, ResponseFormat format) {
        json.object("response_format", it -> {
            if (format instanceof ResponseFormat.JsonSchema schema) {
                it.field("type", "json_schema")
                        .object(
                                "json_schema",
                                inner -> inner.field("name", schema.name())
                                        .fieldOf("schema", schema.schema())
                                        .field("strict", schema.strict()));
            } else {
                it.field("type", "json_object");
            }
        });
    }

    private static void tool(JsonWriter json, ToolDefinition tool) {
        json.object(it -> toolFields(it, tool));
    }

    static void toolFields(JsonWriter json, ToolDefinition tool) {
        json.field("name", tool.name())
                .field("description", tool.description())
                .fieldOf("input_schema", tool.inputSchema());
        if (tool.strict()) {
            json.field("strict", true);
        }
        CacheMarks.write(json, tool.cache());
    }

    private static void choice(JsonWriter json, ToolChoice choice) {
        if (choice instanceof ToolChoice.Vendor vendor) {
            json.fieldOf("tool_choice", vendor.value());
        } else if (choice instanceof ToolChoice.Named named && MODES.contains(named.tool())) {
            json.object("tool_choice", it -> it.field("type", "tool").field("name", named.tool()));
        } else if (choice instanceof ToolChoice.Named named) {
            json.field("tool_choice", named.tool());
        } else {
            json.field("tool_choice", choice == ToolChoice.AUTO ? "auto" : choice == ToolChoice.NONE ? "none" : "any");
        }
    }
}
