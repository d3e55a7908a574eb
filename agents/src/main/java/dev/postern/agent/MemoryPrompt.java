package dev.postern.agent;

import dev.postern.Message;
import java.util.List;

/** The messages with the memories at the beginning of a conversation. */
final class MemoryPrompt {
    /** How many memories are included at most. */
    static final int LIMIT = 20;

    /** How many characters of a content are included; the model can read the rest by a tool. */
    static final int SHOWN = 4000;

    private static final String INTRODUCTION =
            "[System: The following memories were previously stored in your memory. Use them to maintain continuity"
                    + " across conversations.]";

    private MemoryPrompt() {}

    /**
     * Returns two messages that come before all others: the memories, and a confirmation by the model. Empty if there
     * are no memories. If the namespace is empty, the memories of its children are used.
     *
     * @throws RuntimeException if the store fails
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
