package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Starts the gateway that the properties or the Postern file describe, and replaces its configuration by what they describe later.
 * Both are read each time. Thread-safe.
 */
final class GatewaySource {
    private final Environment environment;
    private final @Nullable ClassLoader classLoader;
    private final Consumer<GatewayLoader> beans;
    /** Held while beans and factories of the application run, because the configuration that was read last must win. */
    private final ReentrantLock reloading = new ReentrantLock();

    /**
     * Creates a source.
     *
     * @param environment the properties
     * @param classLoader finds the file and the factories of providers
     * @param beans gives the beans of the application to the loader
     */
    GatewaySource(Environment environment, @Nullable ClassLoader classLoader, Consumer<GatewayLoader> beans) {
        this.environment = environment;
        this.classLoader = classLoader;
        this.beans = beans;
    }

    /**
     * Starts the gateway. The caller closes it.
     *
     * @throws LlmException of kind CONFIGURATION that names the property, or the place in the file
     */
    RunningGateway start() {
        Description description = describe();
        try {
            return loader(description).parse(description.text(), description.name());
        } catch (LlmException e) {
            throw description.explain().apply(e);
        }
    }

    /**
     * Replaces the configuration. On any failure the gateway stays as it is.
     *
     * @return the name of the file; empty if the properties describe the gateway
     * @throws LlmException as {@link #start} does, or if the gateway is closed
     */
    String reload(RunningGateway running) {
        reloading.lock();
        try {
            Description description = describeAgain();
            try {
                loader(description).reload(running, description.text(), description.name());
            } catch (LlmException e) {
                throw description.explain().apply(e);
            }
            return description.name();
        } finally {
            reloading.unlock();
        }
    }

    private GatewayLoader loader(Description description) {
        GatewayLoader loader = GatewayLoader.create().environment(description.variables());
        if (classLoader != null) { // the context class loader of a thread that reloads may be another one
            loader.classLoader(classLoader);
        }
        beans.accept(loader);
        return loader;
    }

    /** At the start, Boot explains a value that cannot be read; a reload has to do so itself. */
    private Description describeAgain() {
        try {
            return describe();
        } catch (BindException e) { // not the cause, which shows the value
            throw new LlmException(
                    Kind.CONFIGURATION,
                    e.getName() + ": has a value that cannot be read; correct it, and reload again");
        }
    }

    private Description describe() {
        PropertyNames.refuseUnknown(environment);
        PosternProperties properties =
                Binder.get(environment).bindOrCreate(PosternProperties.PREFIX, PosternProperties.class);
        String file = properties.getConfig();
        if (file == null || file.isBlank()) {
            return PropertyDescription.of(properties);
        }
        for (String name : ofOneBackend()) {
            if (environment.containsProperty(name)) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        name + ": is set together with postern.config; remove one of them, because the file describes"
                                + " the backends");
            }
        }
        return FileDescription.of(file, environment, classLoader);
    }

    /** The properties that describe one backend, which a file would do as well. */
    private static List<String> ofOneBackend() {
        List<String> others = Arrays.asList(
                "postern.enabled", "postern.config", "postern.health.timeout", "postern.langchain4j.enabled");
        return PropertyNames.EXAMPLES.keySet().stream()
                .filter(name -> !others.contains(name))
                .toList();
    }
}
