package dev.postern.wire;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import java.util.function.Consumer;

/**
 * The order of events for clients that did not ask for the fragments of tool arguments: start and complete of each call
 * stand next to each other, call after call, and there are no fragments. All other events pass as they are. Without a
 * state, so one serves any number of streams.
 */
public final class ToolEvents {

    /** A filter. */
    public ToolEvents() {}

    /** Passes on what of this event, and of those that were held back for it, the client is to see. */
    public void accept(StreamEvent event, Consumer<? super StreamEvent> out) {
        if (event instanceof ToolCallComplete complete) { // it says all that the start has said
            out.accept(new ToolCallStart(complete.call().id(), complete.call().name()));
            out.accept(complete);
        } else if (!(event instanceof ToolCallStart) && !(event instanceof ToolCallDelta)) {
            out.accept(event);
        }
    }
}
