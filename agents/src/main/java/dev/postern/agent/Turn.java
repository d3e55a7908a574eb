package dev.postern.agent;

import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.List;

/**
 * One whole turn of a conversation: the user's message, the tool calls with their results, and the answer. Turns are
 * stored and dropped whole, so no call loses its result.
 *
 * @param messages the messages, from a message of the user to a message of the assistant without tool calls. The
 *     results of a message's calls, one for each, follow directly after that message
 */
public record Turn(List<Message> messages) {

    /** Refuses messages that are not a whole turn, with the path of the mistake. */
    public Turn {
        messages = List.copyOf(messages);
        check(messages);
    }

    /** Returns a turn of a question and an answer. */
    public static Turn of(String question, String answer) {
        return new Turn(List.of(Message.user(question), Message.assistant(answer)));
    }

    /** Returns the user's message, which is the first one. */
    public Message question() {
        return messages.get(0);
    }

    /** Returns the assistant's answer, which is the last message. */
    public Message answer() {
        return messages.get(messages.size() - 1);
    }

    private static void check(List<Message> messages) {
        if (!unanswered(messages).isEmpty() || messages.get(messages.size() - 1).role() != Role.ASSISTANT) {
            throw Validation.refused("messages", "a turn must end with a message of the assistant without tool calls");
        }
    }

    /** Refuses messages that cannot begin a turn, for example a call without its result. */
    static void checkBeginning(List<Message> messages) {
        if (!unanswered(messages).isEmpty()) {
            throw Validation.refused("messages", "end with a call whose result is missing");
        }
    }

    /**
     * Returns the ids of the last message's calls without a result. Refuses messages that are invalid in any other way.
     */
    private static List<String> unanswered(List<Message> messages) {
        if (messages.isEmpty() || messages.get(0).role() != Role.USER) {
            throw Validation.refused("messages", "a turn must begin with a message of the user");
        }
        List<String> open = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            close(open, message, "messages[" + i + "]");
            for (ToolCall call : message.toolCalls()) {
                open.add(call.id());
            }
        }
        return open;
    }

    /**
     * Removes the calls that {@code message} answers. If calls share an id, the same number of results must have it.
     */
    private static void close(List<String> open, Message message, String path) {
        List<ToolResult> results = message.toolResults();
        if (results.isEmpty() && !open.isEmpty()) {
            throw Validation.refused(path, "comes before the result of the call '" + open.get(0) + "'");
        }
        boolean mayAnswer = message.role() == Role.TOOL || message.role() == Role.USER;
        for (ToolResult result : results) {
            if (!mayAnswer || !open.remove(result.callId())) {
                throw Validation.refused(
                        path,
                        "has a result for '" + result.callId() + "', which is not an open call of the message before");
            }
        }
    }

    /** Shows the number of messages, not the messages, which are long and private. */
    @Override
    public String toString() {
        return "Turn[" + messages.size() + " messages]";
    }
}
