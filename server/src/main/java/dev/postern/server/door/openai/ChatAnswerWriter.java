package dev.postern.server.door.openai;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.door.Origin;
import java.util.List;

/** Writes a whole answer as a {@code chat.completion}. */
final class ChatAnswerWriter {
    private final ChatHead head;
    private final String backend;
    private final boolean functions;

    /**
     * Creates a writer for one answer.
     *
     * @param head what is the same in all objects of the answer
     * @param backend the backend that answered
     * @param functions whether the client uses the legacy functions
     */
    ChatAnswerWriter(ChatHead head, String backend, boolean functions) {
        this.head = head;
        this.backend = backend;
        this.functions = functions;
    }

    byte[] write(CompletionResponse answer) {
        return Json.bytes(json -> json.object(it -> {
            head.write(it, "chat.completion", answer.model());
            it.array(
                    "choices",
                    choices -> choices.object(choice -> {
                        choice.field("index", 0)
                                .object("message", message -> message(message, answer))
                                .nullField("logprobs")
                                .field(
                                        "finish_reason",
                                        FinishReasons.of(answer.stopReason(), answer.serverInfo(), functions));
                    }));
            answer.usage().ifPresent(usage -> ChatUsage.write(it, usage, backend, answer.model()));
        }));
    }

    private void message(JsonWriter json, CompletionResponse answer) {
        List<ToolCall> calls = answer.toolCalls();
        json.field("role", "assistant");
        if (answer.content().isEmpty() && !calls.isEmpty()) {
            json.nullField("content");
        } else {
            json.field("content", answer.content());
        }
        json.nullField("refusal");
        json.fieldIfAny(Reasoning.TEXT, answer.reasoning());
        reasoning(json, answer);
        if (!calls.isEmpty() && functions) {
            json.object("function_call", it -> ToolCallWriter.function(it, calls.get(0)));
        } else if (!calls.isEmpty()) {
            json.array("tool_calls", calls, (out, call) -> out.object(it -> ToolCallWriter.call(it, call, backend)));
        }
    }

    private void reasoning(JsonWriter json, CompletionResponse answer) {
        List<Content.Reasoning> kept = answer.message().parts().stream()
                .filter(Content.Reasoning.class::isInstance)
                .map(Content.Reasoning.class::cast)
                .filter(thought -> !(thought.signature().isEmpty()
                        && thought.redacted().isEmpty()
                        && thought.providerData().isEmpty()))
                .toList();
        if (!kept.isEmpty()) {
            json.array(
                    Reasoning.DETAILS,
                    kept,
                    (out, thought) -> out.object(it -> it.field("type", "reasoning.text")
                            .field("text", thought.text())
                            .field(
                                    Reasoning.PACKED,
                                    Origin.pack(
                                            backend,
                                            thought.signature(),
                                            thought.redacted(),
                                            thought.providerData()))));
        }
    }
}
