package dev.postern.agent;

import dev.postern.Message;
import java.util.List;

/** What an agent that has a memory is told at the beginning of a conversation. */
final class Recollection {
    /** Memories that are told at most. */
    static final int LIMIT = 20;

    /** Characters of a content that are told; the model can recall the rest. */
    static final int SHOWN = 4000;

    private static final String INTRODUCTION =
            "[System: The following memories were previously stored in your memory. Use them to maintain continuity"
                    + " across conversations.]";

    private Recollection() {}

    /**
     * Two messages that come before all others: the memories, and that they were read. None if there are no memories. A
     * namespace that is empty looks to its children.
     *
     * @throws RuntimeException of the store, if they cannot be read
     */
    static List<Message> of(MemoryStore store, String namespace) {
        List<Memory> memories = store.list(namespace, LIMIT);
        if (memories.isEmpty()) {
            memories = store.listChildren(namespace, LIMIT);
        }
        if (memories.isEmpty()) {
            return List.of();
        }
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (Memory memory : memories) {
            text.append("\n- ").append(memory.key()).append(": ").append(beginning(memory.content()));
        }
        return List.of(
                Message.user(text.toString()),
                Message.assistant("I've reviewed my stored memories and will use them in our conversation."));
    }

    private static String beginning(String content) {
        if (content.length() <= SHOWN) {
            return content;
        }
        int end = Character.isHighSurrogate(content.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return content.substring(0, end) + "…";
    }
}
