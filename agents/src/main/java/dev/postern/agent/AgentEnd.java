package dev.postern.agent;

/** Why a run ended. */
public enum AgentEnd {
    /** The model had no more tools to call. */
    ANSWERED,
    /** {@link AgentLimits#maxTurns()} was reached. */
    MAX_TURNS,
    /** {@link AgentLimits#maxToolCalls()} was reached, here or in a run that asked this agent. */
    MAX_TOOL_CALLS,
    /** {@link AgentLimits#maxTokens()} was reached, here or in a run that asked this agent. */
    MAX_TOKENS,
    /** {@link AgentLimits#totalTime()} was over. */
    TIME,
    /** {@link AgentLimits#maxRepeatedCalls()} was reached: the same call with the same result, turn after turn. */
    REPEATED_CALL,
    /** {@link AgentLimits#maxResultCharacters()} was exceeded. */
    MAX_RESULTS
}
