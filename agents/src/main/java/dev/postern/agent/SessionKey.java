package dev.postern.agent;

/**
 * Names one conversation.
 *
 * @param agent whose conversation it is, by convention {@code owner:name}, or {@code owner:name:u:user} where users have
 *     sessions of their own; at most 255 characters
 * @param session the session's id, unique within the agent; at most 255 characters
 */
public record SessionKey(String agent, String session) {

    /** Refuses a part that is empty, too long, or holds control characters. */
    public SessionKey {
        checkAgent(agent);
        Names.check("session_id", session);
    }

    /** For memories: refuses an agent that no session can be of. */
    public static void checkAgent(String agent) {
        Names.check("agent", agent);
    }
}
