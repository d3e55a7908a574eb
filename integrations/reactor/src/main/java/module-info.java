/** Calls and runs of agents as Flux and Mono of Reactor. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Reactor has no module descriptors
module dev.postern.reactor {
    requires static context.propagation;
    requires static dev.postern.agent;
    requires static dev.postern.micrometer;
    requires static org.jspecify;
    requires transitive dev.postern.core;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;

    exports dev.postern.reactor;
}
