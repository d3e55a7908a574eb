package dev.postern.wire;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import java.util.function.Consumer;

/**
 * A filter of the events for clients that did not ask for fragments of tool arguments: the start of each call is followed by
 * its completion, and there are no fragments. Other events pass unchanged. Stateless, so one object serves any number of
 * streams.
 */
public final class WholeToolCalls {

    /** Creates a filter. */
    public WholeToolCalls() {}

    /** Passes on the events that the client gets in place of this one. */
    public void accept(StreamEvent event, Consumer<? super StreamEvent> out) {
        if (event instanceof ToolCallComplete complete) { // it contains the id and name of the start
            out.accept(new ToolCallStart(complete.call().id(), complete.call().name()));
            out.accept(complete);
        } else if (!(event instanceof ToolCallStart) && !(event instanceof ToolCallDelta)) {
            out.accept(event);
        }
    }
}
