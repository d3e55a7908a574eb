/** Observations and meters of calls, for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer has no module descriptors
module dev.postern.micrometer {
    requires static org.jspecify;
    requires transitive dev.postern.genai;
    requires transitive micrometer.observation;
    requires transitive micrometer.commons;
    requires static micrometer.core;

    exports dev.postern.micrometer;
}
