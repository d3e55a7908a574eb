package dev.postern.spring.boot;

import dev.postern.config.GatewayLoader;

/**
 * Changes how the gateway is loaded, for example adds a section of the application to the Postern file. Beans of this type are called
 * in their order, after the beans were added.
 */
@FunctionalInterface
public interface GatewayLoaderCustomizer {

    /** Changes the loader. Called with a new loader when the application starts and at each reload, on the thread that does it. */
    void customize(GatewayLoader loader);
}
