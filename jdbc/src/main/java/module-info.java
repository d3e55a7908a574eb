/** Stores of conversations, memories and agents in a database. */
module dev.postern.jdbc {
    requires static org.jspecify;
    requires transitive dev.postern.agent;
    requires transitive java.sql;
    requires dev.postern.wire;

    exports dev.postern.jdbc;

    provides dev.postern.agent.AgentSpecStoreFactory with
            dev.postern.jdbc.JdbcAgentSpecStoreFactory;
}
