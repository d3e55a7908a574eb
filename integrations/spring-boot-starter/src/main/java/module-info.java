/** Auto-configuration of providers, gateways and agents for Spring Boot. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Spring has no module descriptors
module dev.postern.spring.boot {
    requires static org.jspecify;
    requires transitive dev.postern.config;
    requires dev.postern.wire;
    requires spring.beans;
    requires spring.boot;
    requires spring.boot.autoconfigure;
    requires spring.context;
    requires spring.core;
    requires static com.fasterxml.jackson.annotation; // of Boot's health
    requires static dev.postern.langchain4j;
    requires static dev.postern.micrometer;
    requires static dev.postern.springai;
    requires static dev.postern.testkit;
    requires static langchain4j.core;
    requires static micrometer.core;
    requires static spring.ai.model;
    requires static spring.boot.actuator;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.boot.health;
    requires static spring.test;
    requires static spring.web;
    requires static spring.webmvc;

    exports dev.postern.spring.boot;
    exports dev.postern.spring.boot.test;

    // Spring calls bean methods and setters, which are not public.
    opens dev.postern.spring.boot;
    opens dev.postern.spring.boot.test;
}
