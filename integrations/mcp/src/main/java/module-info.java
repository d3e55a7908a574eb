/** Tools of MCP servers as tools of agents. */
module dev.postern.mcp {
    requires static org.jspecify;
    requires transitive dev.postern.agent;

    exports dev.postern.mcp;
}
