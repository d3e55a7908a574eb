package dev.postern.wire;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a completion request of a client of the gateway. Null counts as absent, a missing role is {@code user}, and unknown
 * fields are ignored; an invalid value of a known field is refused with its path. Messages, parts, tools and tool choices may
 * also have the forms of OpenAI, Anthropic and Bedrock.
 *
 * <p>The {@link CompletionRequest#options()} are empty, because the body does not contain them.
 */
public final class RequestReader {
    private RequestReader() {}

    /**
     * Reads the request from JSON in UTF-8. A {@code tool_choice} without tools is dropped. With tools in {@code extra} only,
     * it is kept unless it names a tool.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of the invalid value, such as
     *     {@code messages[1].tool_results[0].tool_use_id: must not be empty}
     */
    public static CompletionRequest read(byte[] json) {
        return read(Fields.of("", parse(json)));
    }

    static CompletionRequest read(Fields request) {
        List<ToolDefinition> tools = ToolReader.tools(request);
        return CompletionRequest.builder()
                .backend(request.text("provider"))
                .model(request.text("model"))
                .system(request.text("system"))
                .messages(MessageReader.read(request))
                .tools(tools)
                .toolChoice(choice(request, tools))
                .temperature(request.number("temperature"))
                .maxTokens(request.integer("max_tokens"))
                .topP(request.number("top_p"))
                .seed(request.whole("seed"))
                .presencePenalty(request.number("presence_penalty"))
                .frequencyPenalty(request.number("frequency_penalty"))
                .stop(stop(request))
                .reasoningEffort(request.text("reasoning_effort"))
                .parallelToolCalls(request.bool("parallel_tool_calls"))
                .responseFormat(responseFormat(request))
                .requestMetadata(request.texts("request_metadata"))
                .notes(request.map("metadata"))
                .extra(request.map("extra"))
                .build();
    }

    private static @Nullable ToolChoice choice(Fields request, List<ToolDefinition> tools) {
        if (!tools.isEmpty()) {
            return ToolReader.choice(request);
        }
        boolean hasToolsInExtra = request.map("extra").get("tools") instanceof List<?> list && !list.isEmpty();
        ToolChoice choice = hasToolsInExtra ? ToolReader.choice(request) : null;
        return choice instanceof ToolChoice.Named ? null : choice;
    }

    private static @Nullable Object parse(byte[] json) {
        return parse(json, "body", "object");
    }

    /** Parses a text of which an error says that it should be this kind of JSON. */
    static @Nullable Object parse(byte[] json, String path, String kind) {
        try {
            return Json.parse(json);
        } catch (JsonException e) {
            throw LlmException.builder(
                            Kind.INVALID_REQUEST, path + ": " + e.getMessage() + "; it must be a JSON " + kind)
                    .refusedBeforeSending(true)
                    .cause(e)
                    .build();
        }
    }

    private static String[] stop(Fields request) {
        if (request.get("stop") instanceof String one) {
            return new String[] {one};
        }
        List<String> stop = new ArrayList<>();
        for (Object element : request.list("stop")) {
            if (!(element instanceof String sequence)) {
                throw request.wrong("stop[" + stop.size() + "]", "must be a string");
            }
            stop.add(sequence);
        }
        return stop.toArray(String[]::new);
    }

    /** Reads OpenAI's form; the schema may also be beside the type. As with OpenAI, strict is false by default. */
    private static @Nullable ResponseFormat responseFormat(Fields request) {
        if (!request.has("response_format")) {
            return null;
        }
        Fields format = request.object("response_format");
        String type = format.text("type");
        return switch (type) {
            case "text" -> null;
            case "json_object" -> ResponseFormat.jsonObject();
            case "json_schema" -> {
                Fields schema = format.has("json_schema") ? format.object("json_schema") : format;
                String name = schema.text("name");
                Map<String, @Nullable Object> shape = schema.map("schema");
                boolean strict = schema.isTrue("strict");
                yield Fields.at(
                        schema.path(), "response_format", () -> new ResponseFormat.JsonSchema(name, shape, strict));
            }
            default -> throw format.wrong("type", "'" + type + "' is not known; use text, json_object or json_schema");
        };
    }
}
