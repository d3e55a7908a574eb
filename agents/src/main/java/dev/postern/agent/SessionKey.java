package dev.postern.agent;

/**
 * The key of a conversation.
 *
 * @param agent the agent of the conversation, by convention {@code owner:name}, or {@code owner:name:u:user} for
 *     sessions of a user; at most 255 characters
 * @param session the session's id, unique within the agent; at most 255 characters
 */
public record SessionKey(String agent, String session) {

    /** Refuses a part that is empty, too long or contains control characters. */
    public SessionKey {
        checkAgent(agent);
        Validation.check("session_id", session);
    }

    /** Refuses an invalid agent. For implementations of {@link ConversationMemory}. */
    public static void checkAgent(String agent) {
        Validation.check("agent", agent);
    }
}
