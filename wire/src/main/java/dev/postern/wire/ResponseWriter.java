package dev.postern.wire;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.List;

/**
 * Writes a whole answer. It always has the six keys {@code model}, {@code content}, {@code stop_reason}, {@code tool_calls}
 * (null if there are none), {@code usage} (empty if unknown) and {@code metadata}. If they cannot express the answer, because
 * of signatures or the order of its parts, all parts are written as {@code parts} too.
 */
public final class ResponseWriter {
    private ResponseWriter() {}

    /** Writes the answer as one JSON object, in UTF-8. */
    public static byte[] write(CompletionResponse response) {
        return Json.bytes(json -> json.object(it -> fields(it, response)));
    }

    static void fields(JsonWriter json, CompletionResponse response) {
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
