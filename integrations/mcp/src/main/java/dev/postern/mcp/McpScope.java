package dev.postern.mcp;

/** Who shares a connection to an MCP server. A server of the older protocols can keep state for each connection. */
public enum McpScope {
    /** All calls of a client share one connection. */
    SHARED,
    /**
     * Each session has a connection of its own, by {@link dev.postern.CallContext#session()}. It is closed by {@link
     * McpClient#closeSession}, or when it was idle for {@link McpClientBuilder#scopeIdle}.
     */
    SESSION,
    /**
     * Each run of an agent has a connection of its own. It is closed at the end of the run if {@link McpClient#runListener} was added
     * to the agent, or when it was idle for {@link McpClientBuilder#scopeIdle}.
     */
    RUN
}
