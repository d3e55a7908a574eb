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
 * Gives each tool call of a conversation a unique id. Some servers start to count again with each answer or repeat an
 * id within one, and parallel runs of a session do not know each other's ids. With equal ids, a backend would refuse
 * the conversation or lose results. Not thread-safe.
 */
final class CallIds {
    private final Set<String> taken = new HashSet<>();
    /** The unique ids of calls that have started and are not complete, by the model's id. */
    private final Map<String, Deque<String>> pending = new HashMap<>();

    /** Reserves the ids of the calls in these messages. */
    CallIds(List<Message> before) {
        before.forEach(message -> message.toolCalls().forEach(call -> taken.add(call.id())));
    }

    /** Starts a new answer and drops the incomplete calls of the previous one. */
    void beginAnswer() {
        pending.clear();
    }

    /** Returns the event with a unique id for its call. */
    StreamEvent unique(StreamEvent event) {
        if (event instanceof StreamEvent.ToolCallStart start) {
            String id = newId(start.id());
            pending.computeIfAbsent(start.id(), key -> new ArrayDeque<>()).add(id);
            return new StreamEvent.ToolCallStart(id, start.name());
        }
        if (event instanceof StreamEvent.ToolCallComplete complete) {
            ToolCall call = complete.call();
            Deque<String> begun = pending.get(call.id());
            String id = begun == null || begun.isEmpty() ? newId(call.id()) : begun.remove();
            return new StreamEvent.ToolCallComplete(withId(id, call));
        }
        return event;
    }

    /** Returns a history in which each call and its result have a unique id. */
    static List<Message> distinct(List<Message> history) {
        CallIds ids = new CallIds(List.of());
        return history.stream()
                .map(message -> new Message(
                        message.role(),
                        message.parts().stream().map(ids::unique).toList(),
                        message.name(),
                        message.cache()))
                .toList();
    }

    private Content unique(Content part) {
        if (part instanceof ToolCall call) {
            String id = newId(call.id());
            pending.computeIfAbsent(call.id(), key -> new ArrayDeque<>()).add(id);
            return withId(id, call);
        }
        if (part instanceof ToolResult result) {
            Deque<String> begun = pending.get(result.callId());
            String id = begun == null || begun.isEmpty() ? result.callId() : begun.remove();
            return new ToolResult(id, result.content(), result.isError());
        }
        return part;
    }

    private static ToolCall withId(String id, ToolCall call) {
        return new ToolCall(id, call.name(), call.input(), call.malformedInput(), call.providerData());
    }

    private String newId(String id) {
        String candidate = id;
        for (int i = 2; !taken.add(candidate); i++) {
            candidate = id + "_" + i;
        }
        return candidate;
    }
}
