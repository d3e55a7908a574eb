package dev.postern.wire;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;

/**
 * Writes a whole answer. The six keys {@code model}, {@code content}, {@code stop_reason}, {@code tool_calls} (null if there
 * are none), {@code usage} (empty if unknown) and {@code metadata} are always there. Where the answer is more than they
 * can say (signatures, an order of its own), all its parts follow as {@code parts}.
 */
public final class ResponseWriter {
    private ResponseWriter() {}

    /** The answer as one JSON object, in UTF-8. */
    public static byte[] write(CompletionResponse response) {
        return Json.bytes(json -> json.object(it -> fields(it, response)));
    }

    private static void fields(JsonWriter json, CompletionResponse response) {
        json.field("model", response.model()).field("content", response.content());
        json.field("stop_reason", response.stopReason().wire());
        if (response.toolCalls().isEmpty()) {
            json.nullField("tool_calls");
        } else {
            json.array("tool_calls", response.toolCalls(), PartWriter::call);
        }
        UsageFields.write(json, response.usage());
        json.fieldOf("metadata", response.serverInfo()).fieldIfAny("reasoning", response.reasoning());
        List<Content> parts = response.message().parts();
        if (!parts.equals(AnswerParts.of(response.reasoning(), response.content(), response.toolCalls()))) {
            json.array("parts", parts, PartWriter::write);
        }
    }
}
