package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.ToolChoices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as the JSON of {@code POST /chat/completions}. The order of the fields never changes, because
 * servers cache prompts by their bytes. {@link ChatExtraFields} come last.
 */
final class ChatRequestWriter {
    private final CompletionRequest request;
    private final String model;
    private final boolean stream;
    private final ServerProfile profile;
    private final ToolIds toolIds;
    private final ChatExtraFields extra;
    private final ToolSchemas schemas;
    private final CacheMarks marks;
    private final @Nullable String onlyTool;

    ChatRequestWriter(CompletionRequest request, String model, boolean stream, ServerProfile profile, ToolIds toolIds) {
        this.request = request;
        this.model = model;
        this.stream = stream;
        this.profile = profile;
        this.toolIds = toolIds;
        ToolNameCheck.check(request.tools(), profile.rules().toolNames());
        this.extra = ChatExtraFields.of(request);
        this.schemas = new ToolSchemas(profile.rules().objects());
        this.marks = CacheMarks.of(profile, model);
        this.onlyTool = onlyTool(request, profile);
    }

    /** The required tool if {@code tool_choice} cannot name it, because the server accepts only a string; or null. */
    private static @Nullable String onlyTool(CompletionRequest request, ServerProfile profile) {
        return profile.toolChoice() == ToolChoices.STRINGS
                        && request.toolChoice().orElse(ToolChoice.AUTO) instanceof ToolChoice.Named named
                ? named.tool()
                : null;
    }

    byte[] write() {
        return Json.bytes(json -> json.object(this::body));
    }

    private void body(JsonWriter json) {
        json.fieldIfAny("model", model);
        json.array(
                "messages",
                out -> new ChatMessageWriter(out, profile, toolIds, withTools(), marks)
                        .write(system(), request.messages()));
        tools(json);
        sampling(json);
        format(json);
        if (stream) {
            json.field("stream", true);
            if (profile.streamUsage() && !extra.has("stream_options")) {
                json.object("stream_options", options -> options.field("include_usage", true));
            }
        }
        for (Map.Entry<String, @Nullable Object> field : extra.others().entrySet()) {
            json.fieldOf(field.getKey(), field.getValue());
        }
    }

    private boolean withTools() {
        return !request.tools().isEmpty() || !extra.tools().isEmpty() || hasCalls(request.messages());
    }

    private static boolean hasCalls(List<Message> messages) {
        for (Message message : messages) {
            if (!message.toolCalls().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void tools(JsonWriter json) {
        List<ToolDefinition> tools = offered();
        List<?> serverTools = onlyTool == null ? extra.tools() : List.of();
        if (tools.isEmpty() && serverTools.isEmpty()) {
            return; // OpenAI and vLLM refuse an empty list
        }
        json.array("tools", list -> {
            tools.forEach(tool -> tool(list, tool));
            serverTools.forEach(list::value);
        });
        request.toolChoice().ifPresent(choice -> toolChoice(json, choice));
        request.parallelToolCalls().ifPresent(allowed -> json.field("parallel_tool_calls", allowed));
    }

    /** The tools to send: all of them, or only the required one if {@code tool_choice} cannot name it. */
    private List<ToolDefinition> offered() {
        if (onlyTool == null) {
            return request.tools();
        }
        List<ToolDefinition> only = new ArrayList<>(1);
        for (ToolDefinition tool : request.tools()) {
            if (tool.name().equals(onlyTool)) {
                only.add(tool);
            }
        }
        return only;
    }

    private void tool(JsonWriter json, ToolDefinition tool) {
        json.object(outer -> marks.write(
                outer.field("type", "function").object("function", function -> {
                    function.field("name", tool.name())
                            .fieldIfAny("description", tool.description())
                            .fieldOf("parameters", schemas.ofArguments(tool.inputSchema()));
                    if (tool.strict()) {
                        function.field("strict", true);
                    }
                }),
                tool.cache()));
    }

    private void toolChoice(JsonWriter json, ToolChoice choice) {
        if (onlyTool != null) {
            json.field("tool_choice", "required");
        } else if (choice instanceof ToolChoice.Mode mode) {
            json.field("tool_choice", modeName(mode));
        } else if (choice instanceof ToolChoice.Vendor vendor) {
            json.fieldOf("tool_choice", vendor.value());
        } else if (choice instanceof ToolChoice.Named named) {
            json.object("tool_choice", function(named.tool()));
        }
    }

    private static String modeName(ToolChoice.Mode mode) {
        return switch (mode) {
            case AUTO -> "auto";
            case NONE -> "none";
            case ANY -> "required";
        };
    }

    private static JsonWriter.Body function(String name) {
        return choice -> choice.field("type", "function").object("function", function -> function.field("name", name));
    }

    private void sampling(JsonWriter json) {
        String maxTokens = profile.maxTokens() == MaxTokens.MAX_TOKENS ? "max_tokens" : "max_completion_tokens";
        fieldIfSet(json, "temperature", request.temperature());
        if (request.maxTokens().isPresent()) {
            json.field(maxTokens, request.maxTokens().getAsInt());
        }
        fieldIfSet(json, "top_p", request.topP());
        if (!request.stop().isEmpty()) {
            json.array("stop", request.stop(), JsonWriter::text);
        }
        if (request.seed().isPresent()) {
            json.field("seed", request.seed().getAsLong());
        }
        fieldIfSet(json, "presence_penalty", request.presencePenalty());
        fieldIfSet(json, "frequency_penalty", request.frequencyPenalty());
        json.fieldIfAny("reasoning_effort", request.reasoningEffort());
        if (!request.requestMetadata().isEmpty()) {
            json.fieldOf("metadata", request.requestMetadata());
        }
    }

    private static void fieldIfSet(JsonWriter json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.field(name, value.getAsDouble());
        }
    }

    private void format(JsonWriter json) {
        ResponseFormat format = request.responseFormat().orElse(null);
        Formats known = profile.formats();
        if (format == null || known == Formats.NONE) {
            return;
        }
        if (known == Formats.OBJECT || (known == Formats.ALL && format instanceof ResponseFormat.JsonObject)) {
            json.object("response_format", out -> out.field("type", "json_object"));
        } else {
            json.object(
                    "response_format",
                    out -> out.field("type", "json_schema").object("json_schema", schema -> schema(schema, format)));
        }
    }

    private static void schema(JsonWriter json, ResponseFormat format) {
        if (format instanceof ResponseFormat.JsonSchema schema) {
            json.field("name", schema.name()).field("strict", schema.strict()).fieldOf("schema", schema.schema());
        } else {
            json.field("name", "answer").field("strict", false).fieldOf("schema", Map.of("type", "object"));
        }
    }

    /** The system message, with a description of the response format if the server has no field for it. */
    private String system() {
        ResponseFormat format = request.responseFormat().orElse(null);
        Formats known = profile.formats();
        String instruction = "";
        if (format instanceof ResponseFormat.JsonSchema schema && (known == Formats.OBJECT || known == Formats.NONE)) {
            instruction = "Answer with nothing but a JSON object that follows this JSON Schema:\n"
                    + Json.text(schema.schema());
        } else if (format instanceof ResponseFormat.JsonObject && known == Formats.NONE) {
            instruction = "Answer with nothing but a JSON object.";
        }
        return request.system().isEmpty() || instruction.isEmpty()
                ? request.system() + instruction
                : request.system() + "\n\n" + instruction;
    }
}
