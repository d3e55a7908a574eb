package dev.postern.bedrock;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A conversation as Converse wants it: user and assistant in turn, the user first, all results of one turn in the message
 * right after their calls, no blank text. System messages stand apart, wherever they were.
 */
final class Turns {
    private static final Content PLACEHOLDER = Content.text("Continue.");
    private static final Content BRIDGE = Content.text("I have the results.");

    private final ModelFamily family;
    private final boolean flat;
    private final List<Content> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();

    /**
     * What one side says before the other speaks.
     *
     * @param assistant whether it is the model that speaks
     * @param content the parts; never empty
     */
    record Turn(boolean assistant, List<Content> content) {}

    /**
     * The turns of these messages.
     *
     * @param flat whether calls and results become text, for requests that may not offer the tools of the history
     */
    Turns(List<Message> messages, ModelFamily family, boolean flat) {
        this.family = family;
        this.flat = flat;
        for (Message message : messages) {
            add(message);
        }
        if (!flat) {
            answerAll();
        }
        if (turns.isEmpty() || (turns.get(0).assistant() && !family.assistantFirst())) {
            turns.add(0, new Turn(false, List.of(PLACEHOLDER)));
        }
    }

    List<Content> system() {
        return system;
    }

    List<Turn> all() {
        return turns;
    }

    /** Whether calls or results of tools are in there: then the request must say what tools there are. */
    static boolean hasTools(List<Message> messages) {
        for (Message message : messages) {
            if (!message.toolCalls().isEmpty() || !message.toolResults().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void add(Message message) {
        boolean instructs = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
        if (instructs && message.toolResults().isEmpty()) {
            message.parts().stream().filter(Turns::says).forEach(system::add);
            return;
        }
        boolean assistant = message.role() == Role.ASSISTANT;
        List<Content> results = new ArrayList<>();
        List<Content> others = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof ToolResult) {
                results.add(part);
            } else if (says(part)) {
                others.add(part);
            }
        }
        for (Content result : results) {
            result((ToolResult) result);
        }
        say(assistant, others);
    }

    /** A result goes right after its call, together with those of the other calls, whatever was said in between. */
    private void result(ToolResult result) {
        int calls = flat ? -1 : turns.size() - 1;
        while (calls >= 0 && !calls(turns.get(calls)).contains(result.callId())) {
            calls--;
        }
        if (calls < 0) {
            say(false, flattened(result)); // Converse refuses a result whose call it does not see
        } else if (calls == turns.size() - 1) {
            say(false, List.of(result));
        } else {
            answer(calls, result);
        }
    }

    private void answer(int calls, ToolResult result) {
        List<Content> answer = turns.get(calls + 1).content();
        int at = 0;
        while (at < answer.size() && answer.get(at) instanceof ToolResult) {
            at++;
        }
        if (at == 0 && apart(List.of(result), answer)) {
            turns.add(calls + 1, new Turn(true, List.of(BRIDGE)));
            turns.add(calls + 1, new Turn(false, new ArrayList<>(List.of(result))));
        } else {
            answer.add(at, result);
        }
    }

    /** A call that was never answered, as its tool was cancelled, has failed; the model refuses to go on otherwise. */
    private void answerAll() {
        for (int i = 0; i < turns.size() - 1; i++) {
            List<String> missing = new ArrayList<>(calls(turns.get(i)));
            for (Content part : turns.get(i + 1).content()) {
                if (part instanceof ToolResult result) {
                    missing.remove(result.callId());
                }
            }
            for (String id : missing) {
                answer(i, ToolResult.error(id, "The tool was not run."));
            }
        }
    }

    private static List<String> calls(Turn turn) {
        List<String> ids = new ArrayList<>();
        for (Content part : turn.content()) {
            if (part instanceof ToolCall call) {
                ids.add(call.id());
            }
        }
        return ids;
    }

    /** Adds to the last turn if it is of the same side, where that may be. */
    private void say(boolean assistant, List<Content> parts) {
        if (parts.isEmpty()) {
            return;
        }
        List<Content> shown =
                flat ? parts.stream().flatMap(part -> flattened(part).stream()).toList() : parts;
        Turn last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last == null || last.assistant() != assistant) {
            turns.add(new Turn(assistant, new ArrayList<>(shown)));
        } else if (apart(last.content(), shown)) {
            turns.add(new Turn(!assistant, List.of(BRIDGE)));
            turns.add(new Turn(assistant, new ArrayList<>(shown)));
        } else {
            last.content().addAll(shown);
        }
    }

    private boolean apart(List<Content> some, List<Content> others) {
        boolean documents = Stream.concat(some.stream(), others.stream()).anyMatch(Content.Document.class::isInstance);
        return isResult(some) != isResult(others) && (family.resultsAlone() || (documents && family.documentsApart()));
    }

    private static boolean isResult(List<Content> parts) {
        return parts.stream().anyMatch(part -> part instanceof ToolResult);
    }

    /** Blank text is refused; reasoning without a signature is refused when it comes back. */
    private static boolean says(Content part) {
        if (part instanceof Content.Text text) {
            return !text.text().isBlank();
        }
        if (part instanceof Content.Reasoning thought) {
            return !thought.signature().isEmpty() || !thought.redacted().isEmpty();
        }
        return true;
    }

    /** Calls and results as text. What a tool has shown stays beside it. */
    private static List<Content> flattened(Content part) {
        if (part instanceof ToolCall call) {
            return List.of(Content.text("[Called the tool " + call.name() + " with " + Json.text(call.input()) + "]"));
        }
        if (part instanceof ToolResult result) {
            List<Content> said = new ArrayList<>();
            said.add(Content.text("[The tool " + (result.isError() ? "failed: " : "answered: ") + result.text() + "]"));
            result.content().stream()
                    .filter(shown -> !(shown instanceof Content.Text))
                    .forEach(said::add);
            return said;
        }
        return List.of(part);
    }
}
