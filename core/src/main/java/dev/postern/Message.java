package dev.postern;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role the author's role
 * @param parts the parts in order; may be empty, because some backends send empty answers
 * @param name the name of the author, for backends that support names (OpenAI: letters, digits, {@code _} and {@code
 *     -}); empty for none. Other backends do not get it
 * @param cache whether the backend may cache the prompt up to the end of this message
 */
public record Message(Role role, List<Content> parts, String name, CacheMark cache) {

    /** Copies the parts; refuses parts that this role cannot have. */
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(cache, "cache");
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

    /** A message without a cache mark. */
    public Message(Role role, List<Content> parts, String name) {
        this(role, parts, name, CacheMark.NONE);
    }

    /** A message without a name. */
    public Message(Role role, List<Content> parts) {
        this(role, parts, "");
    }

    /** A text of the user. */
    public static Message user(String text) {
        return new Message(Role.USER, List.of(Content.text(text)));
    }

    /** A message of the user with these parts. */
    public static Message user(Content... parts) {
        return new Message(Role.USER, List.of(parts));
    }

    /** An instruction of the application. */
    public static Message system(String text) {
        return new Message(Role.SYSTEM, List.of(Content.text(text)));
    }

    /** An instruction of the application under OpenAI's newer name; see {@link Role#DEVELOPER}. */
    public static Message developer(String text) {
        return new Message(Role.DEVELOPER, List.of(Content.text(text)));
    }

    /**
     * A text of the model. To continue after an answer, use {@link CompletionResponse#message()}, which is complete.
     */
    public static Message assistant(String text) {
        return new Message(Role.ASSISTANT, List.of(Content.text(text)));
    }

    /** The results of all tool calls of one turn, in the order of the calls. */
    public static Message toolResults(ToolResult... results) {
        return new Message(Role.TOOL, List.of(results));
    }

    /** The results of all tool calls of one turn, in the order of the calls. */
    public static Message toolResults(List<ToolResult> results) {
        return new Message(Role.TOOL, List.copyOf(results));
    }

    /** This message with the name of its author. */
    public Message withName(String participant) {
        return new Message(role, parts, participant, cache);
    }

    /** This message with a mark for the backend's cache. */
    public Message cached(CacheMark mark) {
        return new Message(role, parts, name, mark);
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
        List<T> found = List.of();
        for (int i = 0; i < parts.size(); i++) { // without an iterator, as each call asks for parts that are rare
            if (type.isInstance(parts.get(i))) {
                found = found.isEmpty() ? new ArrayList<>() : found;
                found.add(type.cast(parts.get(i)));
            }
        }
        return List.copyOf(found);
    }
}
