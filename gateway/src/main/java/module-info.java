/** Several backends behind one provider. */
module dev.postern.gateway {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.gateway;
}
