package dev.postern.agent;

import dev.postern.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run, for its exceptions.
 *
 * @param messages the messages of this run so far
 * @param running the running calls of the last message, or null
 */
record RunProgress(List<Message> messages, @Nullable ToolPhase running) {

    /** Returns the messages so far, with a result for every call. Any thread can call this. */
    List<Message> transcript() {
        if (running == null) {
            return messages;
        }
        List<Message> all = new ArrayList<>(messages);
        all.add(Message.toolResults(running.resultsSoFar()));
        return List.copyOf(all);
    }
}
