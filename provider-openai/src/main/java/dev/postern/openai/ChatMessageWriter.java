package dev.postern.openai;

import dev.postern.CacheMark;
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

/** Writes messages as the elements of {@code messages}, after {@link ConversationAdapter} has rewritten them. */
final class ChatMessageWriter {
    /** Fields that the writer sets on each call. Provider data must not repeat them. */
    private static final Set<String> CALL_FIELDS = Set.of("id", "type", "function", "index");

    private final JsonWriter json;
    private final ServerProfile profile;
    private final ToolIds toolIds;
    private final CacheMarks marks;
    private final ContentWriter contents;
    private final ReasoningWriter reasoning;

    ChatMessageWriter(JsonWriter json, ServerProfile profile, ToolIds toolIds, boolean withTools, CacheMarks marks) {
        this.json = json;
        this.profile = profile;
        this.toolIds = toolIds;
        this.marks = marks;
        this.contents = new ContentWriter(profile, marks);
        this.reasoning = new ReasoningWriter(profile, withTools);
    }

    void write(String system, List<Message> messages) {
        for (Message message : new ConversationAdapter(profile, toolIds, marks).of(system, messages)) {
            message(message);
        }
    }

    private void message(Message message) {
        if (message.role() == Role.ASSISTANT) {
            assistant(message);
        } else if (message.role() == Role.TOOL) {
            List<ToolResult> results = message.toolResults();
            for (int i = 0; i < results.size(); i++) {
                result(results.get(i), i == results.size() - 1 ? message.cache() : CacheMark.NONE);
            }
        } else {
            instructionOrUser(message);
        }
    }

    private void result(ToolResult result, CacheMark mark) {
        json.object(message -> {
            message.field("role", "tool").field("tool_call_id", toolIds.toWire(result.callId()));
            contents.write(message, List.of(Content.text(result.text())), mark);
        });
    }

    /** Writes a message with the role system, developer or user. */
    private void instructionOrUser(Message message) {
        json.object(out -> {
            out.field("role", role(message.role())).fieldIfAny("name", message.name());
            contents.write(out, message.parts(), message.cache());
        });
    }

    private String role(Role role) {
        return role == Role.DEVELOPER && !profile.rules().developerRole() ? Role.SYSTEM.wire() : role.wire();
    }

    private void assistant(Message message) {
        List<ToolCall> calls = message.toolCalls();
        List<Content> texts = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof Content.Text) {
                texts.add(part);
            } else if (!(part instanceof ToolCall) && !(part instanceof Content.Reasoning)) {
                throw ContentWriter.unsupported(part);
            }
        }
        json.object(out -> {
            out.field("role", Role.ASSISTANT.wire()).fieldIfAny("name", message.name());
            content(
                    MessageExtras.thoughtsInContent(message, profile) + Content.textOf(texts),
                    !calls.isEmpty(),
                    message.cache());
            reasoning.write(out, message, !calls.isEmpty());
            if (!calls.isEmpty()) {
                out.array("tool_calls", calls, this::call);
            }
        });
    }

    /** Servers differ in the form of an empty content: some refuse null, some an empty string, some a missing field. */
    private void content(String text, boolean hasCalls, CacheMark mark) {
        EmptyContent empty = hasCalls ? profile.emptyContent() : EmptyContent.EMPTY;
        if (marks.has(mark) && !text.isEmpty()) {
            contents.write(json, List.of(Content.text(text)), mark);
        } else if (!text.isEmpty() || empty == EmptyContent.EMPTY) {
            json.field("content", text);
        } else if (empty == EmptyContent.NULL) {
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
                    if (!CALL_FIELDS.contains(name)) {
                        outer.fieldOf(name, value);
                    }
                });
            }
        });
    }

    /** The origin of opaque data from this server, as in {@link dev.postern.ProviderData}. */
    static String origin(ServerProfile profile) {
        return "openai/" + profile.name();
    }
}
