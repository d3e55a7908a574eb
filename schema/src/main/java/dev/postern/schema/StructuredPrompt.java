package dev.postern.schema;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds the requests of a structured call.
 *
 * @param request the request of the user
 * @param name the name of the schema and of the tool
 * @param schema the schema of the record
 */
record StructuredPrompt(CompletionRequest request, String name, Map<String, Object> schema) {
    private static final int MAX_NAME_LENGTH = 60;

    /** The prompt for a Java type; replaces characters that backends refuse in names. */
    static StructuredPrompt of(CompletionRequest request, String type, Map<String, Object> schema) {
        String plain = type.replaceAll("[^A-Za-z0-9_-]", "_");
        String name = plain.isEmpty() ? "answer" : plain.substring(0, Math.min(plain.length(), MAX_NAME_LENGTH));
        while (isTaken(request, name)) {
            name += "_";
        }
        return new StructuredPrompt(request, name, schema);
    }

    private static boolean isTaken(CompletionRequest request, String name) {
        return request.tools().stream().anyMatch(tool -> tool.name().equals(name));
    }

    /** The first request in a mode. */
    CompletionRequest first(StructuredMode mode) {
        CompletionRequest.Builder first = request.toBuilder().responseFormat(null);
        switch (mode) {
            case FORMAT -> first.responseFormat(format());
            case TOOL ->
                first.tool(ToolDefinition.of(name, "Takes your whole answer.", schema))
                        .toolChoice(ToolChoice.named(name));
            case PROMPT ->
                first.system(request.system() + (request.system().isEmpty() ? "" : "\n\n")
                        + "Answer with one JSON object and nothing else. It must follow this JSON Schema: "
                        + Json.text(schema));
        }
        return first.build();
    }

    /** The strict schema if backends can enforce it; else the unchanged schema. */
    private ResponseFormat format() {
        Map<String, @Nullable Object> strict = StrictSchema.of(schema);
        return new ResponseFormat.JsonSchema(name, strict == null ? plain() : strict, strict != null);
    }

    @SuppressWarnings("NullAway") // the schema of a record has no null
    private Map<String, @Nullable Object> plain() {
        return schema;
    }

    /** The same conversation with the invalid answer and the reason why it is invalid. */
    CompletionRequest again(StructuredMode mode, CompletionResponse response, String reason) {
        String correction = "Your answer is invalid: " + reason
                + ".\nAnswer again with one JSON object and nothing else. It must follow this JSON Schema: "
                + Json.text(schema);
        CompletionRequest.Builder again = first(mode).toBuilder();
        if (mode == StructuredMode.TOOL && !response.toolCalls().isEmpty()) {
            List<ToolResult> results = new ArrayList<>();
            for (ToolCall call : response.toolCalls()) {
                results.add(ToolResult.error(call.id(), correction));
            }
            return again.message(response.message()).toolResults(results).build();
        }
        List<Content> said = response.message().parts().stream()
                .filter(part -> !(part instanceof ToolCall)) // calls of a tool that was not offered
                .toList();
        if (!response.content().isBlank()) {
            again.message(new Message(Role.ASSISTANT, said));
        }
        return again.user(correction).build();
    }
}
