package dev.postern.agent;

/** Why a run ended. */
public enum AgentEnd {
    /** The model answered without a tool call. */
    ANSWERED,
    /** {@link AgentLimits#maxTurns()} was reached. */
    MAX_TURNS,
    /** {@link AgentLimits#maxToolCalls()} was reached, in this run or in one that called this agent. */
    MAX_TOOL_CALLS,
    /** {@link AgentLimits#maxTotalTokens()} was reached, in this run or in one that called this agent. */
    MAX_TOTAL_TOKENS,
    /** {@link AgentLimits#totalTime()} was exceeded. */
    TIME,
    /**
     * {@link AgentLimits#maxRepeatedCalls()} was reached: the same call had the same result in several turns in a row.
     */
    REPEATED_CALL,
    /** {@link AgentLimits#maxResultCharacters()} was exceeded. */
    MAX_RESULTS
}
