/** Spring AI's chat models over the providers of Postern, and the other way round. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the jars of Spring AI, Reactor and Micrometer
module dev.postern.springai {
    requires static org.jspecify;
    requires transitive dev.postern.core;
    requires transitive micrometer.observation;
    requires transitive org.reactivestreams; // the supertypes of Flux
    requires transitive reactor.core;
    requires transitive spring.ai.model;
    requires spring.ai.commons;
    requires spring.core;

    exports dev.postern.springai;
}
