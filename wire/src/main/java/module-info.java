/** The JSON that a gateway speaks over HTTP, and a client of a remote gateway. */
module dev.postern.wire {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.client;
    exports dev.postern.wire;
}
