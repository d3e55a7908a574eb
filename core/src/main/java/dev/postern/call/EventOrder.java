package dev.postern.call;

import dev.postern.StreamEvent;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that events come in the order that {@link StreamEvent} describes. */
final class EventOrder {
    private final Set<String> openCalls = new HashSet<>();
    private boolean stopped;
    private boolean reported;

    /** Takes the next event. Returns what is wrong with it, or null. */
    @Nullable
    String next(StreamEvent event) {
        if (event instanceof StreamEvent.UsageReported) {
            String wrong = reported ? "emitted usage twice" : stopped ? null : "emitted usage before the message stop";
            reported = true;
            return wrong;
        }
        if (stopped) {
            return "emitted an event after the message stop";
        }
        if (event instanceof StreamEvent.MessageStop) {
            stopped = true;
            return openCalls.isEmpty() ? null : "emitted the message stop inside of a tool call";
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            return openCalls.add(start.id()) ? null : "started a tool call twice";
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            return openCalls.contains(delta.id()) ? null : "emitted a piece of a tool call that was not started";
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            return openCalls.remove(complete.call().id()) ? null : "completed a tool call that was not started";
        }
        return null;
    }

    /** What is wrong with an end here, or null. */
    @Nullable
    String end() {
        return stopped ? null : "ended the answer without its message stop";
    }
}
