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
 * The requests that ask for a record.
 *
 * @param request the user's
 * @param name names the schema and the tool
 * @param schema of the record
 */
record StructuredPrompt(CompletionRequest request, String name, Map<String, Object> schema) {
    private static final int LONGEST_NAME = 60;

    /** Makes a name that backends take of a Java one. */
    static StructuredPrompt of(CompletionRequest request, String type, Map<String, Object> schema) {
        String plain = type.replaceAll("[^A-Za-z0-9_-]", "_");
        String name = plain.isEmpty() ? "answer" : plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
        while (isTaken(request, name)) {
            name += "_";
        }
        return new StructuredPrompt(request, name, schema);
    }

    private static boolean isTaken(CompletionRequest request, String name) {
        return request.tools().stream().anyMatch(tool -> tool.name().equals(name));
    }

    /** The first request of a way. */
    CompletionRequest first(StructuredWay way) {
        CompletionRequest.Builder first = request.toBuilder().responseFormat(null);
        switch (way) {
            case FORMAT -> first.responseFormat(format());
            case TOOL ->
                first.tool(ToolDefinition.of(name, "Takes your whole answer.", schema))
                        .toolChoice(ToolChoice.named(name));
            case WORDS ->
                first.system(request.system() + (request.system().isEmpty() ? "" : "\n\n")
                        + "Answer with one JSON object and nothing else. It must follow this JSON Schema: "
                        + Json.text(schema));
        }
        return first.build();
    }

    /** What backends enforce, if they can enforce the schema; else the schema as it is. */
    private ResponseFormat format() {
        Map<String, @Nullable Object> strict = StrictSchema.of(schema);
        return new ResponseFormat.JsonSchema(name, strict == null ? plain() : strict, strict != null);
    }

    @SuppressWarnings("NullAway") // a schema of a record holds no null
    private Map<String, @Nullable Object> plain() {
        return schema;
    }

    /** The same conversation, with an answer that did not fit and what is wrong with it. */
    CompletionRequest again(StructuredWay way, CompletionResponse response, String reason) {
        String correction = "Your answer does not fit: " + reason
                + ".\nAnswer again with one JSON object and nothing else. It must follow this JSON Schema: "
                + Json.text(schema);
        CompletionRequest.Builder again = first(way).toBuilder();
        if (way == StructuredWay.TOOL && !response.toolCalls().isEmpty()) {
            List<ToolResult> results = new ArrayList<>();
            for (ToolCall call : response.toolCalls()) {
                results.add(ToolResult.error(call.id(), correction));
            }
            return again.message(response.message()).toolResults(results).build();
        }
        List<Content> said = response.message().parts().stream()
                .filter(part -> !(part instanceof ToolCall)) // of a tool that was not offered
                .toList();
        if (!response.content().isBlank()) {
            again.message(new Message(Role.ASSISTANT, said));
        }
        return again.user(correction).build();
    }
}
