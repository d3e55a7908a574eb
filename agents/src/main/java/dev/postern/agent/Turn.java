package dev.postern.agent;

import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.List;

/**
 * One whole turn of a conversation: what the user said, what the model and the tools did about it, the answer. A turn is
 * the unit that is kept and dropped, so that no call is ever parted from its result.
 *
 * @param messages begins with a message of the user and ends with one of the assistant that calls no tool; the results of
 *     a message's calls, one each, come directly after it
 */
public record Turn(List<Message> messages) {

    /** Refuses what is no whole turn, with the place of what is wrong. */
    public Turn {
        messages = List.copyOf(messages);
        check(messages);
    }

    /** The shortest turn: the user asked, the assistant answered. */
    public static Turn of(String question, String answer) {
        return new Turn(List.of(Message.user(question), Message.assistant(answer)));
    }

    /** What the user said: the first message. */
    public Message question() {
        return messages.get(0);
    }

    /** What the assistant answered in the end: the last message. */
    public Message answer() {
        return messages.get(messages.size() - 1);
    }

    private static void check(List<Message> messages) {
        if (!unanswered(messages).isEmpty() || messages.get(messages.size() - 1).role() != Role.ASSISTANT) {
            throw Names.refused("messages", "a turn must end with a message of the assistant that calls no tool");
        }
    }

    /** Refuses what no turn can begin with, such as a call without its result. */
    static void checkBeginning(List<Message> messages) {
        if (!unanswered(messages).isEmpty()) {
            throw Names.refused("messages", "end with a call whose result is missing");
        }
    }

    /** The ids of the calls at the end that have no result. Refuses anything else that is no turn. */
    private static List<String> unanswered(List<Message> messages) {
        if (messages.isEmpty() || messages.get(0).role() != Role.USER) {
            throw Names.refused("messages", "a turn must begin with a message of the user");
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

    /** Crosses off what {@code message} answers. Calls may share an id; then so many results must share it, too. */
    private static void close(List<String> open, Message message, String path) {
        List<ToolResult> results = message.toolResults();
        if (results.isEmpty() && !open.isEmpty()) {
            throw Names.refused(path, "comes before the result of the call '" + open.get(0) + "'");
        }
        boolean mayAnswer = message.role() == Role.TOOL || message.role() == Role.USER;
        for (ToolResult result : results) {
            if (!mayAnswer || !open.remove(result.callId())) {
                throw Names.refused(
                        path, "has a result for '" + result.callId() + "', which is no open call right before it");
            }
        }
    }

    /** Counts rather than shows: a conversation is long and private. */
    @Override
    public String toString() {
        return "Turn[" + messages.size() + " messages]";
    }
}
