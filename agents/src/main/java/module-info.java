/** Agents: the loop in which a model uses tools, and the stores of what agents remember. */
module dev.postern.agent {
    requires static org.jspecify;
    requires transitive dev.postern.schema;

    exports dev.postern.agent;
}
