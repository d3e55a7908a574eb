/** Observations and meters of calls and agents, for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer has no module descriptors
module dev.postern.micrometer {
    requires static dev.postern.agent;
    requires static org.jspecify;
    requires transitive dev.postern.genai;
    requires transitive micrometer.observation;
    requires transitive micrometer.commons;
    requires static micrometer.core;

    exports dev.postern.micrometer;
}
