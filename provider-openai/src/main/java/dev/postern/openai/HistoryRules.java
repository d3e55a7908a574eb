package dev.postern.openai;

/**
 * Which conversations a server accepts. What it would refuse is rewritten before it is sent.
 *
 * @param developerRole whether the role {@code developer} is known; if not, such a message is one of the system. Some servers
 *     drop a message of an unknown role without an error, so it must be known for certain
 */
public record HistoryRules(boolean developerRole) {
    /** What any server accepts. */
    public static final HistoryRules GENERIC = new HistoryRules(false);

    /** What OpenAI accepts, and who passes it on to OpenAI. */
    public static final HistoryRules OPENAI = GENERIC.withDeveloperRole(true);

    /** These rules, with or without the role {@code developer}. */
    public HistoryRules withDeveloperRole(boolean known) {
        return new HistoryRules(known);
    }
}
