package dev.postern.agent;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each call of a conversation an id of its own: some servers begin to count anew with each answer, or use one id
 * twice in one, and two runs of one session do not know of each other. A backend that reads the conversation would refuse
 * it, or lose results. Not thread-safe.
 */
final class CallIds {
    private final Set<String> taken = new HashSet<>();
    /** By the model's id: ours for the calls that have begun and are not whole. */
    private final Map<String, Deque<String>> open = new HashMap<>();

    /** For a conversation that goes on after these messages. */
    CallIds(List<Message> before) {
        before.forEach(message -> message.toolCalls().forEach(call -> taken.add(call.id())));
    }

    /** A new answer: what the one before did not finish does not count. */
    void beginAnswer() {
        open.clear();
    }

    /** The event, its call under an id that no other call has. */
    StreamEvent unique(StreamEvent event) {
        if (event instanceof StreamEvent.ToolCallStart start) {
            String id = fresh(start.id());
            open.computeIfAbsent(start.id(), key -> new ArrayDeque<>()).add(id);
            return new StreamEvent.ToolCallStart(id, start.name());
        }
        if (event instanceof StreamEvent.ToolCallComplete complete) {
            ToolCall call = complete.call();
            Deque<String> begun = open.get(call.id());
            String id = begun == null || begun.isEmpty() ? fresh(call.id()) : begun.remove();
            return new StreamEvent.ToolCallComplete(under(id, call));
        }
        return event;
    }

    /** A history in which each call has an id of its own, as has the result that follows it. */
    static List<Message> distinct(List<Message> history) {
        CallIds ids = new CallIds(List.of());
        return history.stream()
                .map(message -> new Message(
                        message.role(),
                        message.parts().stream().map(ids::unique).toList(),
                        message.name()))
                .toList();
    }

    private Content unique(Content part) {
        if (part instanceof ToolCall call) {
            String id = fresh(call.id());
            open.computeIfAbsent(call.id(), key -> new ArrayDeque<>()).add(id);
            return under(id, call);
        }
        if (part instanceof ToolResult result) {
            Deque<String> begun = open.get(result.callId());
            String id = begun == null || begun.isEmpty() ? result.callId() : begun.remove();
            return new ToolResult(id, result.content(), result.isError());
        }
        return part;
    }

    private static ToolCall under(String id, ToolCall call) {
        return new ToolCall(id, call.name(), call.input(), call.malformedInput(), call.providerData());
    }

    private String fresh(String id) {
        String candidate = id;
        for (int i = 2; !taken.add(candidate); i++) {
            candidate = id + "_" + i;
        }
        return candidate;
    }
}
