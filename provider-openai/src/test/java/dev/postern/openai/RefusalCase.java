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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** Refusals of real servers, with the refused form of the request and the form that is sent next. */
enum RefusalCase {
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
            RefusalCase::content,
            "null",
            "\"\""),
    /** vercel/ai#13744. */
    CONTENT_EMPTY_BEDROCK(400, """
            {"error":{"message":"ValidationException: messages: text content blocks must be non-empty",\
            "type":"invalid_request_error","param":null,"code":null}}""", "messages", RefusalCase::content, "\"\"", "null") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(EmptyContent.EMPTY);
        }
    },
    /** agentjido/jido_ai#215: another message of Bedrock. */
    CONTENT_BLANK_BEDROCK(400, """
            {"error":{"message":"The text field in the ContentBlock object at messages.1.content.0 is blank. Add text \
            to the text field, and try again."}}""", "messages", RefusalCase::content, "\"\"", "null") {
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
            RefusalCase::content,
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
    },
    /** earendil-works/pi#3636. */
    REASONING_DEEPSEEK(400, """
            {"error":{"message":"The `reasoning_content` in the thinking mode must be passed back to the API.",\
            "type":"invalid_request_error","param":null,"code":"invalid_request_error"}}""", "messages", RefusalCase::reasoning, "\"absent\"", "\"\""),
    /** anomalyco/opencode#9397: an older message of DeepSeek. */
    REASONING_MISSING_DEEPSEEK(400, """
            {"error":{"message":"Missing `reasoning_content` field in the assistant message at message index 1. For more \
            information, please refer to the documentation","type":"invalid_request_error"}}""", "messages", RefusalCase::reasoning, "\"absent\"", "\"\""),
    /** mastra-ai/mastra#12592; earendil-works/pi#4178: an empty text counts as missing. */
    REASONING_MOONSHOT(400, """
            {"error":{"message":"thinking is enabled but reasoning_content is missing in assistant tool call message at \
            index 1","type":"invalid_request_error"}}""", "messages", RefusalCase::reasoning, "\"absent\"", "\" \""),
    /** agentscope-ai/QwenPaw#433: the same message inside a status 200. */
    REASONING_INSIDE_A_SUCCESS(
            200,
            "{\"code\":20015,\"message\":\"thinking is enabled but reasoning_content is missing\",\"data\":null}",
            "messages",
            RefusalCase::reasoning,
            "\"absent\"",
            "\" \""),
    /** ggml-org/llama.cpp#19851: a chat template fails with 500. */
    TURNS_LLAMACPP(
            500,
            """
            {"error":{"code":500,"message":"\\n------------\\nWhile executing CallExpression at line 189, column 32 in \
            source:\\n...== 0) %}\\nError: Jinja Exception: After the optional system message, conversation roles must \
            alternate user and assistant roles except for tool calls and results.","type":"server_error"}}""",
            "messages",
            RefusalCase::roles,
            "[\"user\",\"user\",\"assistant\",\"tool\"]",
            "[\"user\",\"assistant\",\"tool\"]"),
    /** suitenumerique/conversations#197: the template refuses the second system message. */
    TURNS_VLLM_AND_LATE_SYSTEM(
            400,
            """
            {"error":{"message":"Conversation roles must alternate user/assistant/user/assistant/... ConversationAdapter roles \
            must alternate user/assistant/user/assistant/...","type":"BadRequestError","param":null,"code":400}}""",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"system\",\"user\",\"assistant\",\"tool\"]"),
    /** vllm-project/vllm#41114. */
    SYSTEM_FIRST_VLLM(
            400,
            """
            {"error":{"message":"System message must be at the beginning.","type":"BadRequestError","param":null,\
            "code":400}}""",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"system\",\"user\",\"assistant\",\"tool\"]"),
    /** ggml-org/llama.cpp#27367. */
    SYSTEM_FIRST_LLAMACPP(
            500,
            """
            {"error":{"code":500,"message":"\\n...first %}\\n {{- raise_exception('System message must be at the \
            beginning.') }}\\nError: Jinja Exception: System message must be at the beginning.",\
            "type":"server_error"}}""",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"system\",\"user\",\"assistant\",\"tool\"]"),
    /** The message of Mistral's API. */
    SYSTEM_FIRST_MISTRAL(
            400,
            "{\"object\":\"error\",\"message\":\"Unexpected role 'system' after role 'user'\",\"type\":\"invalid_request_message_order\",\"param\":null,\"code\":\"3230\"}",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"system\",\"user\",\"assistant\",\"tool\"]"),
    /** The chat template of Gemma. */
    SYSTEM_REFUSED(
            400,
            """
            {"error":{"message":"System role not supported","type":"BadRequestError","param":null,"code":400}}""",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"user\",\"assistant\",\"tool\"]"),
    /** o1-mini. */
    SYSTEM_REFUSED_OPENAI(
            400,
            """
            {"error":{"message":"Unsupported value: 'messages[0].role' does not support 'system' with this model.",\
            "type":"invalid_request_error","param":"messages[0].role","code":"unsupported_value"}}""",
            "messages",
            RefusalCase::roles,
            "[\"system\",\"user\",\"system\",\"assistant\",\"tool\"]",
            "[\"user\",\"assistant\",\"tool\"]"),
    /** earendil-works/pi#1048. */
    DEVELOPER_DEEPSEEK(
            400,
            """
            {"error":{"message":"Failed to deserialize the JSON body into the target type: messages[0].role: unknown \
            variant `developer`, expected one of `system`, `user`, `assistant`, `tool` at line 1 column 35",\
            "type":"invalid_request_error","param":null,"code":"invalid_request_error"}}""",
            "messages",
            RefusalCase::roles,
            "[\"developer\",\"user\",\"assistant\",\"tool\"]",
            "[\"system\",\"user\",\"assistant\",\"tool\"]") {
        @Override
        ServerProfile profile() {
            return ServerProfile.GENERIC.with(RequestRules.GENERIC.withDeveloperRole(true));
        }
    },
    /** inboxapi/cli#106. */
    PROPERTIES_OPENAI(
            400,
            """
            {"error":{"message":"Invalid schema for function 'f': In context=(), object schema missing properties.",\
            "type":"invalid_request_error","param":"tools[0].function.parameters",\
            "code":"invalid_function_parameters"}}""",
            "tools",
            RefusalCase::parameters,
            "{\"type\":\"object\"}",
            "{\"type\":\"object\",\"properties\":{}}"),
    /** OpenAI, for a schema without a type. */
    TYPE_OPENAI(
            400,
            """
            {"error":{"message":"Invalid schema for function 'f': schema must be a JSON Schema of 'type: \\"object\\"', got \
            'type: \\"None\\"'.","type":"invalid_request_error","param":"tools[0].function.parameters",\
            "code":"invalid_function_parameters"}}""",
            "tools",
            RefusalCase::parameters,
            "{\"properties\":{}}",
            "{\"type\":\"object\",\"properties\":{}}"),
    /** mcowger/generic-copilot#40. */
    TYPE_LMSTUDIO(
            400,
            """
            {"error":"[\\n  {\\n    \\"code\\": \\"invalid_union_discriminator\\",\\n    \\"options\\": [\\n      \
            \\"object\\"\\n    ],\\n    \\"path\\": [\\n      13,\\n      \\"function\\",\\n      \\"parameters\\",\\n      \
            \\"type\\"\\n    ],\\n    \\"message\\": \\"Invalid discriminator value. Expected 'object'\\"\\n  }\\n]"}""",
            "tools",
            RefusalCase::parameters,
            "{\"properties\":{}}",
            "{\"type\":\"object\",\"properties\":{}}"),
    /** sipeed/picoclaw#2139. */
    PROPERTIES_LMSTUDIO(
            400,
            """
            {"error":"[\\n  {\\n    \\"code\\": \\"invalid_type\\",\\n    \\"expected\\": \\"object\\",\\n    \
            \\"received\\": \\"undefined\\",\\n    \\"path\\": [\\n      0,\\n      \\"function\\",\\n      \
            \\"parameters\\",\\n      \\"properties\\"\\n    ],\\n    \\"message\\": \\"Required\\"\\n  }\\n]"}""",
            "tools",
            RefusalCase::parameters,
            "{\"type\":\"object\"}",
            "{\"type\":\"object\",\"properties\":{}}"),
    /** agno-agi/agno#2112. */
    PROPERTIES_EMPTY_GEMINI(
            400,
            """
            [{"error":{"code":400,"message":"* GenerateContentRequest.tools[0].function_declarations[0].parameters.\
            properties: should be non-empty for OBJECT type\\n","status":"INVALID_ARGUMENT"}}]""",
            "tools",
            RefusalCase::parameters,
            "{\"type\":\"object\",\"properties\":{}}",
            "{\"type\":\"object\"}");

    final int status;
    final String body;
    final String field;
    private final Function<JsonObject, Object> seen;
    private final String first;
    private final String then;

    RefusalCase(int status, String body, String field, Function<JsonObject, Object> seen, String first, String then) {
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

    /** A request that contains every field whose form the provider chooses. */
    CompletionRequest.Builder request() {
        CompletionRequest.Builder request = common();
        if (name().startsWith("PROPERTIES") && this != PROPERTIES_EMPTY_GEMINI) {
            request.tools(List.of(
                    ToolDefinition.of("f", "", Map.of("type", "object")), new ToolDefinition("g", "", Map.of())));
        }
        if (name().startsWith("TYPE")) {
            request.tools(List.of(
                    ToolDefinition.of("f", "", Map.of("properties", Map.of())), new ToolDefinition("g", "", Map.of())));
        }
        if (field.equals("messages") && !name().startsWith("CONTENT") && !name().startsWith("REASONING")) {
            List<Message> history = new ArrayList<>(request.build().messages());
            if (this == TURNS_LLAMACPP) {
                history.add(0, Message.user("Hello"));
            } else if (this == DEVELOPER_DEEPSEEK) {
                history.add(0, Message.developer("Be brief."));
            } else {
                request.system("Be brief.");
                history.add(1, Message.system("And polite."));
            }
            request.messages(history).responseFormat(null);
        }
        return request;
    }

    private static CompletionRequest.Builder common() {
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
        return status == 200 ? MockServerTest.stream("data: " + body + "\n\n") : MockServerTest.reply(status, body);
    }

    /** How often the request is sent to a server that refuses every form. */
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

    private static Object reasoning(JsonObject body) {
        JsonObject assistant = body.objects("messages").stream()
                .filter(message -> message.text("role").equals("assistant"))
                .findFirst()
                .orElseThrow();
        return assistant.names().contains("reasoning_content") ? assistant.get("reasoning_content") : "absent";
    }

    private static Object roles(JsonObject body) {
        return body.objects("messages").stream()
                .map(message -> message.text("role"))
                .toList();
    }

    private static Object parameters(JsonObject body) {
        return body.objects("tools").get(0).object("function").get("parameters");
    }

    boolean isFirst(RecordedRequest request) {
        return seenIn(request).equals(first);
    }

    boolean isOther(RecordedRequest request) {
        return seenIn(request).equals(then);
    }
}
