package dev.postern.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.openai.ServerProfile.EmptyContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A {@link ConversationAdapter} as the elements of {@code messages}. */
final class ChatMessageWriter {
    /** A call has these fields already; data of a server must not say them a second time. */
    private static final Set<String> OF_THE_CALL = Set.of("id", "type", "function", "index");

    private final JsonWriter json;
    private final ServerProfile profile;
    private final ToolIds toolIds;
    private final ContentWriter contents;
    private final ReasoningWriter reasoning;

    ChatMessageWriter(JsonWriter json, ServerProfile profile, ToolIds toolIds, boolean withTools) {
        this.json = json;
        this.profile = profile;
        this.toolIds = toolIds;
        this.contents = new ContentWriter(profile);
        this.reasoning = new ReasoningWriter(profile, withTools);
    }

    void write(String system, List<Message> messages) {
        for (Message message : new ConversationAdapter(profile, toolIds).of(system, messages)) {
            message(message);
        }
    }

    private void message(Message message) {
        if (message.role() == Role.ASSISTANT) {
            assistant(message);
        } else if (message.role() == Role.TOOL) {
            for (ToolResult result : message.toolResults()) {
                result(result);
            }
        } else {
            spoken(message);
        }
    }

    private void result(ToolResult result) {
        json.object(message -> message.field("role", "tool")
                .field("tool_call_id", toolIds.toWire(result.callId()))
                .field("content", result.text()));
    }

    private void spoken(Message message) {
        json.object(out -> {
            out.field("role", ChatNames.role(message.role(), profile)).fieldIfAny("name", message.name());
            contents.write(out, message.parts());
        });
    }

    private void assistant(Message message) {
        List<ToolCall> calls = message.toolCalls();
        List<Content> spoken = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof Content.Text) {
                spoken.add(part);
            } else if (!(part instanceof ToolCall) && !(part instanceof Content.Reasoning)) {
                throw ContentWriter.unsupported(part);
            }
        }
        json.object(out -> {
            out.field("role", Role.ASSISTANT.wire()).fieldIfAny("name", message.name());
            content(MessageExtras.thoughtsInContent(message, profile) + Content.textOf(spoken), !calls.isEmpty());
            reasoning.write(out, message, !calls.isEmpty());
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

    private void call(JsonWriter out, ToolCall call) {
        boolean own = call.providerData().isFrom(origin(profile));
        out.object(outer -> {
            outer.field("id", toolIds.toWire(call.id()));
            if (own && CustomInput.isCustom(call)) {
                CustomInput.write(outer, call);
                return;
            }
            outer.field("type", "function")
                    .object(
                            "function",
                            function ->
                                    function.field("name", call.name()).field("arguments", Json.text(call.input())));
            if (own) {
                call.providerData().values().forEach((name, value) -> {
                    if (!OF_THE_CALL.contains(name)) {
                        outer.fieldOf(name, value);
                    }
                });
            }
        });
    }

    /** The family that opaque data belongs to. */
    static String origin(ServerProfile profile) {
        return "openai/" + profile.name();
    }
}
