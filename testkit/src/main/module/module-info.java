/** What the tests of a provider, or of an application with Postern, need: scripted servers and models, and contracts. */
@SuppressWarnings("requires-automatic") // Okio has no module descriptor
module dev.postern.testkit {
    requires static com.tngtech.archunit;
    requires static mockwebserver3;
    requires static okhttp3;
    requires static okio;
    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.junit.jupiter.params;
    requires transitive dev.postern.core;
    requires java.logging;
    requires java.management;

    exports dev.postern.testkit;
    // JUnit calls the tests of a contract, which are not public.
    opens dev.postern.testkit to
            org.junit.platform.commons;
}
