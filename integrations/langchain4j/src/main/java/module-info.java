/** Models of LangChain4j over any provider, and models of LangChain4j as providers. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // LangChain4j has no module descriptors
module dev.postern.langchain4j {
    requires static org.jspecify;
    requires transitive dev.postern.core;
    requires transitive langchain4j.core;
    // What LangChain4j needs: a module without a descriptor does not bring modules that have one.
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;

    exports dev.postern.langchain4j;
}
