package dev.postern.wire;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a whole answer of a Postern gateway or the Python one. */
public final class ResponseReader {
    private static final List<String> ANSWER_FIELDS = List.of("content", "stop_reason", "tool_calls", "parts");

    private ResponseReader() {}

    /**
     * Reads the answer from JSON in UTF-8.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if it is not an answer
     */
    public static CompletionResponse read(byte[] json) {
        return read(json, ResponseReader::newId);
    }

    /** Reads the answer. Calls without an id, as of some backends, get one of {@code newIds}. */
    static CompletionResponse read(byte[] json, Supplier<String> newIds) {
        try {
            Fields answer = Fields.of("", Json.lenient(json));
            if (!isAnswer(answer)) {
                throw protocol("it has neither content nor tool_calls nor stop_reason", null);
            }
            return read(answer, newIds);
        } catch (JsonException e) {
            throw protocol(String.valueOf(e.getMessage()), e);
        } catch (LlmException e) {
            // not the cause: it may quote the answer, and secrets are removed from the outer message only
            throw e.kind() == Kind.INVALID_REQUEST ? protocol(String.valueOf(e.getMessage()), null) : e;
        }
    }

    /** Reads an answer as a value that a caller sends, so that a failure names a path and not the address of a gateway. */
    static CompletionResponse read(Fields answer) {
        if (!isAnswer(answer)) {
            throw answer.wrong("content", "must be there, or tool_calls or stop_reason");
        }
        return read(answer, ResponseReader::newId);
    }

    private static boolean isAnswer(Fields answer) {
        return ANSWER_FIELDS.stream().anyMatch(answer::has);
    }

    private static CompletionResponse read(Fields answer, Supplier<String> newIds) {
        List<ToolCall> calls = new ArrayList<>();
        List<Content> parts;
        if (answer.has("parts")) {
            parts = PartReader.list(answer, "parts");
        } else {
            answer.objects("tool_calls").forEach(call -> calls.add(CallReader.read(call, newIds)));
            parts = AnswerParts.of(answer.text("reasoning"), answer.text("content"), calls);
        }
        String stopReason = answer.text("stop_reason");
        boolean hasCalls = parts.stream().anyMatch(ToolCall.class::isInstance);
        return CompletionResponse.builder()
                .model(answer.text("model"))
                .content(parts)
                .stopReason(StopReasonNames.read(stopReason, hasCalls))
                .usage(UsageFields.read(answer))
                .serverInfo(StopReasonNames.keep(stopReason, answer.map("metadata")))
                .build();
    }

    static String newId() {
        return "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
    }

    static LlmException protocol(String problem, @Nullable Throwable cause) {
        return LlmException.builder(
                        Kind.PROTOCOL,
                        "This is not an answer of a gateway (" + problem
                                + "); check that base_url is the address of a gateway.")
                .cause(cause)
                .build();
    }
}
