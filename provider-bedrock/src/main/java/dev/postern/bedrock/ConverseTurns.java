package dev.postern.bedrock;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * Converts the messages of any conversation to turns that Converse accepts: user and assistant alternate, the user
 * begins, the turn after tool calls has all their results, and no text is blank. System messages are separated from the
 * turns.
 */
final class ConverseTurns {
    private static final Content FIRST_TURN = Content.text("Continue.");
    private static final Content SEPARATOR = Content.text("I have the results.");
    private final ModelFamily family;
    private final boolean toolsAsText;
    private final List<Content> system = new ArrayList<>();
    private final List<ConverseTurn> turns = new ArrayList<>();
    /** The marks of messages, by the last part of each; by identity, because turns are joined and get more parts. */
    private final IdentityHashMap<Content, CacheMark> marks = new IdentityHashMap<>();

    /**
     * Converts these messages.
     *
     * @param toolsAsText whether calls and results become text, for requests that offer no tools
     */
    ConverseTurns(List<Message> messages, ModelFamily family, boolean toolsAsText) {
        this.family = family;
        this.toolsAsText = toolsAsText;
        for (Message message : messages) {
            add(message);
            mark(message);
        }
        if (!toolsAsText) {
            addMissingResults();
        }
        if (turns.isEmpty() || (turns.get(0).assistant() && !family.assistantFirst())) {
            turns.add(0, new ConverseTurn(false, List.of(FIRST_TURN)));
        }
    }

    List<Content> system() {
        return system;
    }

    List<ConverseTurn> all() {
        return turns;
    }

    /** The cache mark after a part. */
    CacheMark mark(Content part) {
        return marks.getOrDefault(part, CacheMark.NONE);
    }

    private void mark(Message message) {
        if (message.cache() == CacheMark.NONE) {
            return;
        }
        boolean ofSystem = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
        List<Content> parts = ofSystem || turns.isEmpty()
                ? system
                : turns.get(turns.size() - 1).content();
        if (!parts.isEmpty()) {
            marks.put(parts.get(parts.size() - 1), message.cache());
        }
    }

    /** Whether there are tool calls or results. Converse requires {@code toolConfig} for them. */
    static boolean hasTools(List<Message> messages) {
        for (Message message : messages) {
            if (!message.toolCalls().isEmpty() || !message.toolResults().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void add(Message message) {
        boolean ofSystem = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
        if (ofSystem && message.toolResults().isEmpty()) {
            message.parts().stream().filter(ConverseTurns::isAccepted).forEach(system::add);
            return;
        }
        boolean assistant = message.role() == Role.ASSISTANT;
        List<Content> results = new ArrayList<>();
        List<Content> others = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof ToolResult) {
                results.add(part);
            } else if (isAccepted(part)) {
                others.add(part);
            }
        }
        for (Content result : results) {
            addResult((ToolResult) result);
        }
        append(assistant, others);
    }

    /** Adds a result to the turn after its call, even if there are other turns in between. */
    private void addResult(ToolResult result) {
        int calls = toolsAsText ? -1 : turns.size() - 1;
        while (calls >= 0 && !calls(turns.get(calls)).contains(result.callId())) {
            calls--;
        }
        if (calls < 0) {
            append(false, asText(result)); // Converse refuses a result without its call
        } else if (calls == turns.size() - 1) {
            append(false, List.of(result));
        } else {
            insertResult(calls, result);
        }
    }

    private void insertResult(int calls, ToolResult result) {
        List<Content> answer = turns.get(calls + 1).content();
        int at = 0;
        while (at < answer.size() && answer.get(at) instanceof ToolResult) {
            at++;
        }
        if (at == 0 && mustBeSeparate(List.of(result), answer)) {
            turns.add(calls + 1, new ConverseTurn(true, List.of(SEPARATOR)));
            turns.add(calls + 1, new ConverseTurn(false, new ArrayList<>(List.of(result))));
        } else {
            answer.add(at, result);
        }
    }

    /**
     * Adds an error result for each call without a result, such as a cancelled one. Bedrock refuses calls without
     * results.
     */
    private void addMissingResults() {
        for (int i = 0; i < turns.size() - 1; i++) {
            List<String> missing = new ArrayList<>(calls(turns.get(i)));
            for (Content part : turns.get(i + 1).content()) {
                if (part instanceof ToolResult result) {
                    missing.remove(result.callId());
                }
            }
            for (String id : missing) {
                insertResult(i, ToolResult.error(id, "The tool was not run."));
            }
        }
    }

    private static List<String> calls(ConverseTurn turn) {
        List<String> ids = new ArrayList<>();
        for (Content part : turn.content()) {
            if (part instanceof ToolCall call) {
                ids.add(call.id());
            }
        }
        return ids;
    }

    /** Appends parts to the last turn if it has the same role and may contain them, else as a new turn. */
    private void append(boolean assistant, List<Content> parts) {
        if (parts.isEmpty()) {
            return;
        }
        List<Content> converted = toolsAsText
                ? parts.stream().flatMap(part -> asText(part).stream()).toList()
                : parts;
        ConverseTurn last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last == null || last.assistant() != assistant) {
            turns.add(new ConverseTurn(assistant, new ArrayList<>(converted)));
        } else if (mustBeSeparate(last.content(), converted)) {
            turns.add(new ConverseTurn(!assistant, List.of(SEPARATOR)));
            turns.add(new ConverseTurn(assistant, new ArrayList<>(converted)));
        } else {
            last.content().addAll(converted);
        }
    }

    private boolean mustBeSeparate(List<Content> some, List<Content> others) {
        boolean documents = Stream.concat(some.stream(), others.stream()).anyMatch(Content.Document.class::isInstance);
        return isResult(some) != isResult(others) && (family.resultsAlone() || (documents && family.documentsApart()));
    }

    private static boolean isResult(List<Content> parts) {
        return parts.stream().anyMatch(part -> part instanceof ToolResult);
    }

    /** Whether Bedrock accepts this part. It refuses blank text and reasoning without a signature. */
    private static boolean isAccepted(Content part) {
        if (part instanceof Content.Text text) {
            return !text.text().isBlank();
        }
        if (part instanceof Content.Reasoning reasoning) {
            return !reasoning.signature().isEmpty() || !reasoning.redacted().isEmpty();
        }
        return true;
    }

    /** A call or result as text. Media of a result are kept as separate parts. */
    private static List<Content> asText(Content part) {
        if (part instanceof ToolCall call) {
            return List.of(Content.text("[Called the tool " + call.name() + " with " + Json.text(call.input()) + "]"));
        }
        if (part instanceof ToolResult result) {
            List<Content> parts = new ArrayList<>();
            parts.add(
                    Content.text("[The tool " + (result.isError() ? "failed: " : "answered: ") + result.text() + "]"));
            result.content().stream()
                    .filter(content -> !(content instanceof Content.Text))
                    .forEach(parts::add);
            return parts;
        }
        return List.of(part);
    }
}
