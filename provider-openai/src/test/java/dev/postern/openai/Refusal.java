package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.openai.ServerProfile.EmptyContent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** How real servers refuse a field that we sent, with what we sent at first and what we send then: SERVERS.md, section 5. */
enum Refusal {
    /** openai/openai-agents-python#442. */
    STREAM_OPTIONS_MISTRAL(
            422, """
            {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options",\
            "include_usage"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error"}""", "stream_options", body -> body.get("stream_options"), "{\"include_usage\":true}", "null"),
    /** aaif-goose/goose#8042. */
    STREAM_OPTIONS_DATABRICKS(
            400, """
            {"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \\"stream_options\\" at \
            'generation_config': Cannot find field.","status":"INVALID_ARGUMENT"}}""", "stream_options", body -> body.get("stream_options"), "{\"include_usage\":true}", "null"),
    /** langchain4j/langchain4j#3510. */
    MAX_TOKENS_OPENAI(
            400,
            """
            {"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use \
            'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens",\
            "code":"unsupported_parameter"}}""",
            "max_tokens",
            body -> List.of(body.integer("max_tokens", 0), body.integer("max_completion_tokens", 0)),
            "[10,0]",
            "[0,10]"),
    /** editor-code-assistant/eca#231. */
    MAX_COMPLETION_TOKENS_MISTRAL(
            422,
            """
            {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body",\
            "max_completion_tokens"],"msg":"Extra inputs are not permitted","input":10}]},\
            "type":"invalid_request_error"}""",
            "max_completion_tokens",
            body -> List.of(body.integer("max_tokens", 0), body.integer("max_completion_tokens", 0)),
            "[0,10]",
            "[10,0]") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(ServerProfile.MaxTokens.MAX_COMPLETION_TOKENS);
        }
    },
    /** lmstudio-ai/lmstudio-bug-tracker#261. */
    CONTENT_NULL_LMSTUDIO(
            400,
            "{\"error\":\"Invalid 'content': 'content' field must be a string or an array of objects.\"}",
            "messages",
            Refusal::content,
            "null",
            "\"\""),
    /** vercel/ai#13744. */
    CONTENT_EMPTY_BEDROCK(400, """
            {"error":{"message":"ValidationException: messages: text content blocks must be non-empty",\
            "type":"invalid_request_error","param":null,"code":null}}""", "messages", Refusal::content, "\"\"", "null") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(EmptyContent.EMPTY);
        }
    },
    /** agentjido/jido_ai#215: Bedrock in other words. */
    CONTENT_BLANK_BEDROCK(400, """
            {"error":{"message":"The text field in the ContentBlock object at messages.1.content.0 is blank. Add text \
            to the text field, and try again."}}""", "messages", Refusal::content, "\"\"", "null") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(EmptyContent.EMPTY);
        }
    },
    /** abetlen/llama-cpp-python#1805. */
    CONTENT_MISSING_LLAMA_CPP_PYTHON(
            422,
            "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"messages\",1,\"content\"],\"msg\":\"Field required\"}]}",
            "messages",
            Refusal::content,
            "\"absent\"",
            "\"\"") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(EmptyContent.OMIT);
        }
    },
    /** lmstudio-ai/lmstudio-bug-tracker#670. */
    TOOL_CHOICE_LMSTUDIO(
            400,
            "{\"error\":\"Invalid tool_choice type: 'object'. Supported string values: none, auto, required\"}",
            "tool_choice",
            body -> List.of(
                    body.get("tool_choice") instanceof Map ? "object" : body.text("tool_choice"),
                    body.objects("tools").size()),
            "[\"object\",2]",
            "[\"required\",1]"),
    /** llm-exe/llm-exe#662. */
    JSON_SCHEMA_DEEPSEEK(
            400,
            """
            {"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error",\
            "param":null,"code":"invalid_request_error"}}""",
            "response_format",
            body -> List.of(
                    body.object("response_format").text("type"),
                    body.objects("messages").get(0).text("role")),
            "[\"json_schema\",\"user\"]",
            "[\"json_object\",\"system\"]"),
    /** lmstudio-ai/lmstudio-bug-tracker#189. */
    JSON_OBJECT_LMSTUDIO(
            400,
            "{\"error\":\"'response_format.type' must be 'json_schema' or 'text'\"}",
            "response_format",
            body -> body.object("response_format").text("type"),
            "\"json_object\"",
            "\"json_schema\"") {
        @Override
        CompletionRequest.Builder request() {
            return super.request().responseFormat(ResponseFormat.jsonObject());
        }
    };

    final int status;
    final String body;
    final String field;
    private final Function<JsonObject, Object> seen;
    private final String first;
    private final String then;

    Refusal(int status, String body, String field, Function<JsonObject, Object> seen, String first, String then) {
        this.status = status;
        this.body = body;
        this.field = field;
        this.seen = seen;
        this.first = first;
        this.then = then;
    }

    ServerProfile profile() {
        return ServerProfile.GENERIC;
    }

    /** A request in which each of our choices shows. */
    CompletionRequest.Builder request() {
        return CompletionRequest.builder()
                .user("Weather?")
                .message(new Message(Role.ASSISTANT, List.of(ToolCall.of("k1", "f", Map.of()))))
                .toolResults(ToolResult.of("k1", "18 C"))
                .tool(new ToolDefinition("f", "", Map.of()))
                .tool(new ToolDefinition("g", "", Map.of()))
                .toolChoice(ToolChoice.named("f"))
                .maxTokens(10)
                .responseFormat(ResponseFormat.jsonSchema("a", Map.of("type", "object")));
    }

    MockResponse reply() {
        return OverHttp.reply(status, body);
    }

    /** How often the request goes out to a server that refuses every form. */
    int forms() {
        boolean three = field.equals("response_format") || this == CONTENT_MISSING_LLAMA_CPP_PYTHON;
        return three ? 3 : 2;
    }

    private String seenIn(RecordedRequest request) {
        return Json.text(seen.apply(Json.object(request.getBody().toByteArray())));
    }

    private static Object content(JsonObject body) {
        JsonObject assistant = body.objects("messages").stream()
                .filter(message -> message.text("role").equals("assistant"))
                .findFirst()
                .orElseThrow();
        return assistant.names().contains("content") ? assistant.get("content") : "absent";
    }

    boolean isFirst(RecordedRequest request) {
        return seenIn(request).equals(first);
    }

    boolean isOther(RecordedRequest request) {
        return seenIn(request).equals(then);
    }
}
