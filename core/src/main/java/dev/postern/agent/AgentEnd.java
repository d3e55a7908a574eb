package dev.postern.agent;

/** Why a run ended. */
public enum AgentEnd {
    /** The model had no more tools to call. */
    ANSWERED,
    /** {@link AgentLimits#maxTurns()} was reached. */
    MAX_TURNS,
    /** {@link AgentLimits#maxToolCalls()} was reached. */
    MAX_TOOL_CALLS,
    /** {@link AgentLimits#maxTokens()} was reached. */
    MAX_TOKENS,
    /** {@link AgentLimits#totalTime()} was over. */
    TIME,
    /** The model made the same call with the same arguments three times in a row. */
    REPEATED_CALL
}
