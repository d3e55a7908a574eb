package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.door.Origin;

/**
 * Writes a whole answer as Anthropic's message. Reasoning is written if the client asked for it. Data that a backend wants back
 * with a tool call is a block of redacted thinking after the call.
 */
final class AnthropicAnswerWriter {
    private final CompletionRequest request;
    private final boolean thinking;
    private final String id;
    private final String backend;

    /**
     * Creates a writer for one answer.
     *
     * @param thinking whether the client wants to see the reasoning
     * @param id the id of the message
     * @param backend the backend that answered
     */
    AnthropicAnswerWriter(CompletionRequest request, boolean thinking, String id, String backend) {
        this.request = request;
        this.thinking = thinking;
        this.id = id;
        this.backend = backend;
    }

    byte[] write(CompletionResponse answer) {
        return Json.bytes(json -> json.object(it -> {
            it.field("id", id)
                    .field("type", "message")
                    .field("role", "assistant")
                    .field("model", answer.model())
                    .array("content", blocks -> answer.message().parts().forEach(part -> part(blocks, part)));
            StopReasons.write(it, answer.stopReason(), answer.serverInfo(), request.stop());
            AnthropicUsage.write(it, answer.usage(), backend, answer.model());
        }));
    }

    private void part(JsonWriter blocks, Content part) {
        if (part instanceof Content.Text text) {
            if (!text.text().isEmpty()) {
                blocks.object(it -> it.field("type", "text").field("text", text.text()));
            }
        } else if (part instanceof Content.Reasoning thought) {
            if (thinking) {
                blocks.object(it -> reasoning(it, thought));
            }
        } else if (part instanceof ToolCall call) {
            blocks.object(it -> it.field("type", "tool_use")
                    .field("id", call.id())
                    .field("name", call.name())
                    .fieldOf("input", call.input()));
            if (!call.providerData().isEmpty()) {
                blocks.object(it -> it.field("type", "redacted_thinking").field("data", Origin.pack(backend, call)));
            }
        }
    }

    private void reasoning(JsonWriter json, Content.Reasoning thought) {
        String packed = Origin.pack(backend, thought.signature(), thought.redacted(), thought.providerData());
        if (thought.text().isEmpty()) {
            json.field("type", "redacted_thinking").field("data", packed);
        } else {
            json.field("type", "thinking").field("thinking", thought.text()).field("signature", packed);
        }
    }
}
