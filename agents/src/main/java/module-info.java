/** Agents: the loop in which a model calls tools, and the stores for conversations and memories. */
module dev.postern.agent {
    requires static org.jspecify;
    requires transitive dev.postern.schema;

    exports dev.postern.agent;
}
