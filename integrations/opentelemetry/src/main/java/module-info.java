/** Traces and metrics of calls by the GenAI conventions of OpenTelemetry. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // OpenTelemetry has no module descriptors
module dev.postern.opentelemetry {
    requires static dev.postern.agent;
    requires static org.jspecify;
    requires transitive dev.postern.genai;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires io.opentelemetry.common;

    exports dev.postern.opentelemetry;
}
