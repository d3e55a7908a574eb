package dev.postern.agent;

import dev.postern.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come, for an exception to tell.
 *
 * @param said what was said in this run so far
 * @param running the calls of the last message, while they run
 */
record Progress(List<Message> said, @Nullable ToolPhase running) {

    /** What was said and done, every call with its result. May be asked by any thread. */
    List<Message> transcript() {
        if (running == null) {
            return said;
        }
        List<Message> all = new ArrayList<>(said);
        all.add(Message.toolResults(running.resultsSoFar()));
        return List.copyOf(all);
    }
}
