package dev.postern;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param parts the parts in order; empty is allowed, as some backends answer with nothing
 * @param name tells participants of the same role apart, for backends that know such names (OpenAI: letters, digits,
 *     {@code _} and {@code -}); empty for none. Other backends do not get it
 */
public record Message(Role role, List<Content> parts, String name) {

    /** Copies the parts; refuses parts that this role cannot have. */
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(name, "name");
        parts = List.copyOf(parts);
        for (Content part : parts) {
            if (role != Role.ASSISTANT && (part instanceof ToolCall || part instanceof Content.Reasoning)) {
                throw LlmException.invalidRequest(
                        "content",
                        part.getClass().getSimpleName() + " belongs in a message of the assistant, not of role "
                                + role.wire());
            }
        }
    }

    /** A message of a participant without a name. */
    public Message(Role role, List<Content> parts) {
        this(role, parts, "");
    }

    /** The user says. */
    public static Message user(String text) {
        return new Message(Role.USER, List.of(Content.text(text)));
    }

    /** The user says and shows. */
    public static Message user(Content... parts) {
        return new Message(Role.USER, List.of(parts));
    }

    /** The application instructs. */
    public static Message system(String text) {
        return new Message(Role.SYSTEM, List.of(Content.text(text)));
    }

    /** The application instructs, under OpenAI's newer name for it; see {@link Role#DEVELOPER}. */
    public static Message developer(String text) {
        return new Message(Role.DEVELOPER, List.of(Content.text(text)));
    }

    /** The model said. To continue after an answer, prefer {@link CompletionResponse#message()}, which loses nothing. */
    public static Message assistant(String text) {
        return new Message(Role.ASSISTANT, List.of(Content.text(text)));
    }

    /** The tools answered: all results of one turn, in the order of the calls. */
    public static Message toolResults(ToolResult... results) {
        return new Message(Role.TOOL, List.of(results));
    }

    /** The tools answered: all results of one turn, in the order of the calls. */
    public static Message toolResults(List<ToolResult> results) {
        return new Message(Role.TOOL, List.copyOf(results));
    }

    /** This message, said by the participant of this name. */
    public Message withName(String participant) {
        return new Message(role, parts, participant);
    }

    /** The text of all text parts, joined without a separator. */
    public String text() {
        return Content.textOf(parts);
    }

    /** The reasoning of all reasoning parts, joined without a separator. */
    public String reasoning() {
        StringBuilder joined = new StringBuilder();
        for (Content.Reasoning part : partsOf(Content.Reasoning.class)) {
            joined.append(part.text());
        }
        return joined.toString();
    }

    /** The tool calls, in order. */
    public List<ToolCall> toolCalls() {
        return partsOf(ToolCall.class);
    }

    /** The tool results, in order. */
    public List<ToolResult> toolResults() {
        return partsOf(ToolResult.class);
    }

    private <T> List<T> partsOf(Class<T> type) {
        List<T> found = new ArrayList<>();
        for (Content part : parts) {
            if (type.isInstance(part)) {
                found.add(type.cast(part));
            }
        }
        return List.copyOf(found);
    }
}
