/** What traces and metrics of the GenAI conventions say about a call, for the modules that write them. */
module dev.postern.genai {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.genai;
}
