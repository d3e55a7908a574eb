package dev.postern.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Reasoning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A conversation as the elements of {@code messages}. One of our messages may become several: each tool result is a
 * message of its own, and what stands beside the results follows them.
 */
final class MessageWriter {
    private final JsonWriter json;
    private final ServerProfile profile;
    private final ToolIds toolIds;
    private final ContentWriter contents;

    MessageWriter(JsonWriter json, ServerProfile profile, ToolIds toolIds) {
        this.json = json;
        this.profile = profile;
        this.toolIds = toolIds;
        this.contents = new ContentWriter(profile);
    }

    void write(String system, List<Message> messages) {
        if (!system.isEmpty()) {
            json.object(message -> message.field("role", "system").field("content", system));
        }
        messages.forEach(this::message);
    }

    private void message(Message message) {
        if (message.role() == Role.ASSISTANT) {
            assistant(message);
            return;
        }
        List<ToolResult> results = message.toolResults();
        results.forEach(this::result);
        List<Content> media = new ArrayList<>();
        results.forEach(result -> media(result, media));
        message.content().stream().filter(part -> !(part instanceof ToolResult)).forEach(media::add);
        if (results.isEmpty() || !media.isEmpty()) {
            spoken(message, message.role() == Role.TOOL ? Role.USER : message.role(), media);
        }
    }

    private void result(ToolResult result) {
        json.object(message -> message.field("role", "tool")
                .field("tool_call_id", toolIds.toWire(result.toolUseId()))
                .field("content", result.text()));
    }

    /** A tool message takes text alone, so what a tool shows is shown by the user, who says where it is from. */
    private void media(ToolResult result, List<Content> media) {
        List<Content> shown = result.content().stream()
                .filter(part -> !(part instanceof Content.Text))
                .toList();
        if (!shown.isEmpty()) {
            media.add(Content.text("From the tool call " + toolIds.toWire(result.toolUseId()) + ":"));
            media.addAll(shown);
        }
    }

    private void spoken(Message from, Role role, List<Content> parts) {
        json.object(message -> {
            message.field("role", WireNames.role(role, profile)).fieldIfAny("name", from.name());
            contents.write(message, parts);
        });
    }

    private void assistant(Message message) {
        List<ToolCall> calls = message.toolCalls();
        List<Content> spoken = new ArrayList<>();
        for (Content part : message.content()) {
            if (part instanceof Content.Text) {
                spoken.add(part);
            } else if (!(part instanceof ToolCall) && !(part instanceof Content.Reasoning)) {
                throw ContentWriter.unsupported(part);
            }
        }
        json.object(out -> {
            out.field("role", "assistant").fieldIfAny("name", message.name());
            content(Content.textOf(spoken), !calls.isEmpty());
            reasoning(message, !calls.isEmpty());
            if (!calls.isEmpty()) {
                out.array("tool_calls", calls, this::call);
            }
        });
    }

    /** No value stands for "no text" at every server: some refuse null, some the empty string, some the absence. */
    private void content(String text, boolean hasCalls) {
        EmptyContent sign = hasCalls ? profile.emptyContent() : EmptyContent.EMPTY;
        if (!text.isEmpty() || sign == EmptyContent.EMPTY) {
            json.field("content", text);
        } else if (sign == EmptyContent.NULL) {
            json.nullField("content");
        }
    }

    /** What the server attached to its message, and the reasoning that led to its tool calls. */
    private void reasoning(Message message, boolean hasCalls) {
        StringBuilder text = new StringBuilder();
        Set<String> attached = new HashSet<>();
        for (Content part : message.content()) {
            if (part instanceof Content.Reasoning thought) {
                if (thought.providerData().isFrom(origin(profile))) {
                    thought.providerData().values().forEach((name, value) -> {
                        if (attached.add(name)) {
                            json.fieldOf(name, value);
                        }
                    });
                } else if (thought.signature().isEmpty()) { // signed reasoning is of another vendor's making
                    text.append(thought.text());
                }
            }
        }
        boolean wanted = profile.reasoning() != Reasoning.NONE && !attached.contains(MessageExtras.REASONING_DETAILS);
        if (hasCalls && wanted && !text.isEmpty()) {
            boolean content = profile.reasoning() == Reasoning.REASONING_CONTENT;
            json.field(content ? "reasoning_content" : "reasoning", text.toString());
        }
    }

    private void call(JsonWriter out, ToolCall call) {
        out.object(outer -> {
            outer.field("id", toolIds.toWire(call.id()))
                    .field("type", "function")
                    .object(
                            "function",
                            function ->
                                    function.field("name", call.name()).field("arguments", Json.text(call.input())));
            if (call.providerData().isFrom(origin(profile))) {
                call.providerData().values().forEach(outer::fieldOf);
            }
        });
    }

    /** The family that opaque data belongs to. */
    static String origin(ServerProfile profile) {
        return "openai/" + profile.name();
    }
}
