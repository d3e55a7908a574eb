package dev.postern.server.door.openai;

import dev.postern.CompletionRequest;
import dev.postern.ResponseFormat;
import dev.postern.server.door.Body;
import dev.postern.server.door.DoorTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of OpenAI's Chat Completions API. Fields that only concern OpenAI's own service are ignored; a field that would make the
 * answer another one and has no place in the gateway's format is refused; a field that OpenAI does not have is passed on to the backend
 * as an extra field.
 */
final class ChatRequestReader {
    /** Fields that this class reads. */
    private static final Set<String> READ = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "reasoning_effort",
            "parallel_tool_calls",
            "response_format",
            "tools",
            "tool_choice",
            "functions",
            "function_call",
            "n",
            "logprobs",
            "top_logprobs",
            "modalities",
            "audio",
            "web_search_options");

    /** Fields about OpenAI's service: its storage, its caches, its tiers and its abuse monitoring. */
    private static final Set<String> IGNORED = Set.of(
            "user",
            "store",
            "metadata",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "safety_identifier",
            "prediction");

    private ChatRequestReader() {}

    /**
     * Reads the request from JSON in UTF-8.
     *
     * @param targets finds the backend for the name of a model
     * @throws dev.postern.LlmException of kind INVALID_REQUEST with the path of the invalid value
     */
    static ChatRequest read(byte[] json, Function<String, DoorTarget> targets) {
        Body body = Body.parse(json);
        refuse(body);
        DoorTarget target = targets.apply(body.text("model"));
        CompletionRequest.Builder request = CompletionRequest.builder()
                .backend(target.backend())
                .model(target.model())
                .messages(new ChatMessagesReader(target.members()::contains).read(body))
                .temperature(body.number("temperature"))
                .topP(body.number("top_p"))
                .maxTokens(body.integer(body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens"))
                .presencePenalty(body.number("presence_penalty"))
                .frequencyPenalty(body.number("frequency_penalty"))
                .reasoningEffort(body.text("reasoning_effort"))
                .parallelToolCalls(body.has("parallel_tool_calls") ? body.isTrue("parallel_tool_calls") : null)
                .responseFormat(format(body))
                .extra(extra(body));
        stop(request, body);
        Double seed = body.number("seed");
        if (seed != null) {
            request.seed(seed.longValue());
        }
        ToolsReader.addTo(request, body);
        boolean stream = body.isTrue("stream");
        boolean usage =
                body.has("stream_options") && body.object("stream_options").isTrue("include_usage");
        return new ChatRequest(request.build(), body.text("model"), stream, usage, body.has("functions"));
    }

    private static void refuse(Body body) {
        Double n = body.number("n");
        if (n != null && n != 1) {
            throw body.wrong("n", "must be 1; send a request for each answer");
        }
        if (body.isTrue("logprobs") || body.has("top_logprobs")) {
            throw body.wrong(
                    body.has("top_logprobs") ? "top_logprobs" : "logprobs",
                    "is not supported by this gateway; leave it out");
        }
        if (body.has("audio") || body.texts("modalities").contains("audio")) {
            throw body.wrong("modalities", "audio is not supported as an answer by this gateway; ask for text");
        }
        if (body.has("web_search_options")) {
            throw body.wrong("web_search_options", "is not supported by this gateway; offer a tool that searches");
        }
    }

    private static void stop(CompletionRequest.Builder request, Body body) {
        List<String> stop = body.get("stop") instanceof String one ? List.of(one) : body.texts("stop");
        request.stop(stop.toArray(String[]::new));
    }

    private static @Nullable ResponseFormat format(Body body) {
        if (!body.has("response_format")) {
            return null;
        }
        Body format = body.object("response_format");
        return switch (format.text("type")) {
            case "text" -> null;
            case "json_object" -> ResponseFormat.jsonObject();
            case "json_schema" -> {
                Body schema = format.object("json_schema");
                Map<String, @Nullable Object> value = schema.map("schema");
                yield schema.make(
                        () -> new ResponseFormat.JsonSchema(schema.text("name"), value, schema.isTrue("strict")));
            }
            default -> throw format.wrong("type", "must be text, json_object or json_schema");
        };
    }

    /** The fields that OpenAI does not have, for the backend. The operator decides which of them a client may send. */
    private static Map<String, @Nullable Object> extra(Body body) {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        for (String name : body.names()) {
            if (!READ.contains(name) && !IGNORED.contains(name) && body.has(name)) {
                extra.put(name, body.get(name));
            }
        }
        return extra;
    }
}
