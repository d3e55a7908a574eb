package dev.postern.server.standin;

import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes the stand-in's answers in OpenAI's format. */
final class StandInWriter {
    private static final long CREATED = 1767225600; // constant, so that two runs have the same output

    private final String id;
    private final String model;

    StandInWriter(String id, String model) {
        this.id = id;
        this.model = model;
    }

    /** The list of models. */
    static byte[] models(List<String> names) {
        return Json.bytes(json -> json.object(list -> list.field("object", "list")
                .array(
                        "data",
                        names,
                        (out, name) -> out.object(entry -> entry.field("id", name)
                                .field("object", "model")
                                .field("created", CREATED)
                                .field("owned_by", "postern-examples")))));
    }

    /** An error. */
    static byte[] error(String code, String message) {
        return Json.bytes(json -> json.object(body -> body.object(
                "error",
                error -> error.field("message", message)
                        .field("type", "invalid_request_error")
                        .nullField("param")
                        .field("code", code))));
    }

    /** A whole answer. */
    byte[] whole(StandInModel.Answer answer) {
        return Json.bytes(json -> json.object(body -> {
            head(body, "chat.completion");
            body.array(
                    "choices",
                    choices -> choices.object(choice -> choice.field("index", 0)
                            .object("message", message -> message(message, answer))
                            .field("finish_reason", answer.finishReason())));
            usage(body, answer);
        }));
    }

    private static void message(JsonWriter message, StandInModel.Answer answer) {
        message.field("role", "assistant");
        if (answer.calls().isEmpty()) {
            message.field("content", answer.text());
        } else {
            message.nullField("content");
            message.array(
                    "tool_calls",
                    answer.calls(),
                    (calls, call) -> calls.object(tool -> {
                        begin(tool, call);
                        function(tool, call.name(), call.arguments());
                    }));
        }
    }

    private static void begin(JsonWriter tool, StandInModel.Call call) {
        tool.field("id", call.id()).field("type", "function");
    }

    private static void function(JsonWriter tool, String name, String arguments) {
        tool.object("function", function -> function.fieldIfAny("name", name).field("arguments", arguments));
    }

    /** The same answer as the payloads of a stream, without {@code [DONE]}. */
    List<byte[]> chunks(StandInModel.Answer answer, boolean withUsage) {
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(chunk(delta -> delta.field("role", "assistant").field("content", ""), ""));
        for (String piece : answer.pieces()) {
            chunks.add(chunk(delta -> delta.field("content", piece), ""));
        }
        for (int i = 0; i < answer.calls().size(); i++) {
            StandInModel.Call call = answer.calls().get(i);
            chunks.add(toolChunk(i, tool -> {
                begin(tool, call);
                function(tool, call.name(), "");
            }));
            for (String piece : call.fragments()) {
                chunks.add(toolChunk(i, tool -> function(tool, "", piece)));
            }
        }
        chunks.add(chunk(delta -> {}, answer.finishReason()));
        if (withUsage) {
            chunks.add(Json.bytes(json -> json.object(body -> {
                head(body, "chat.completion.chunk");
                body.array("choices", none -> {});
                usage(body, answer);
            })));
        }
        return chunks;
    }

    private byte[] toolChunk(int index, JsonWriter.Body fields) {
        return chunk(
                delta -> delta.array(
                        "tool_calls",
                        calls -> calls.object(call -> {
                            call.field("index", index);
                            fields.write(call);
                        })),
                "");
    }

    private byte[] chunk(JsonWriter.Body delta, String finishReason) {
        return Json.bytes(json -> json.object(body -> {
            head(body, "chat.completion.chunk");
            body.array(
                    "choices",
                    choices -> choices.object(choice -> {
                        choice.field("index", 0).object("delta", delta);
                        if (finishReason.isEmpty()) {
                            choice.nullField("finish_reason");
                        } else {
                            choice.field("finish_reason", finishReason);
                        }
                    }));
        }));
    }

    private void head(JsonWriter body, String object) {
        body.field("id", id).field("object", object).field("created", CREATED).field("model", model);
    }

    private static void usage(JsonWriter body, StandInModel.Answer answer) {
        body.object(
                "usage",
                usage -> usage.field("prompt_tokens", answer.promptTokens())
                        .field("completion_tokens", answer.completionTokens())
                        .field("total_tokens", answer.promptTokens() + answer.completionTokens()));
    }
}
