/** What traces and metrics of the GenAI conventions say about a call, for the modules that write them. */
@SuppressWarnings("module") // the modules that shared is exported to are compiled after this one
module dev.postern.genai {
    requires static dev.postern.agent;
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.genai;
    exports dev.postern.genai.shared to
            dev.postern.micrometer,
            dev.postern.opentelemetry;
}
