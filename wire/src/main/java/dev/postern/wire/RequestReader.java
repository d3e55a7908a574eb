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
 * Reads a completion request as the gateway's clients send it. Null counts as absent, a missing role is the user's, and
 * unknown fields mean nothing; what is known but wrong is refused with the field's path. Beside the gateway's own form it
 * takes messages, parts, tools and tool choices as OpenAI, Anthropic and Bedrock want them.
 *
 * <p>How the call is to be made is not a part of the body, so the {@link CompletionRequest#options()} are empty.
 */
public final class RequestReader {
    private RequestReader() {}

    /**
     * The request that the bytes say, in UTF-8. A {@code tool_choice} without tools is dropped; tools in {@code extra}
     * count, but none of them can be named.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of what is wrong, such as
     *     {@code messages[1].tool_results[0].tool_use_id: must not be empty}
     */
    public static CompletionRequest read(byte[] json) {
        Fields request = Fields.of("", parse(json));
        List<ToolDefinition> tools = ToolReader.tools(request);
        return CompletionRequest.builder()
                .provider(request.text("provider"))
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
        boolean ofTheBackend = request.map("extra").get("tools") instanceof List<?> list && !list.isEmpty();
        ToolChoice choice = ofTheBackend ? ToolReader.choice(request) : null;
        return choice instanceof ToolChoice.Named ? null : choice;
    }

    private static @Nullable Object parse(byte[] json) {
        try {
            return Json.parse(json);
        } catch (JsonException e) {
            throw LlmException.builder(Kind.INVALID_REQUEST, "body: " + e.getMessage() + "; it must be a JSON object")
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

    /** OpenAI's form; a schema may also stand beside the type. As with OpenAI, it is strict only if that is said. */
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
