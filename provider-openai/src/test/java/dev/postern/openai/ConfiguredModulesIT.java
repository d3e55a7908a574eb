package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A gateway from a file, with all jars as modules: the module descriptor provides the provider. Tests the packaged
 * jars.
 */
class ConfiguredModulesIT {
    private final ClassLoader modules = modules();

    private static ClassLoader modules() {
        List<Path> jars = new ArrayList<>();
        jars.add(Path.of(System.getProperty("postern.jar")));
        for (String jar : configured().split(File.pathSeparator)) {
            jars.add(Path.of(jar));
        }
        ModuleFinder finder = ModuleFinder.of(jars.toArray(Path[]::new));
        Configuration resolved = ModuleLayer.boot()
                .configuration()
                .resolveAndBind(finder, ModuleFinder.of(), Set.of("dev.postern.config"));
        return ModuleLayer.boot()
                .defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader())
                .findLoader("dev.postern.config");
    }

    private static String configured() {
        try {
            return Files.readString(Path.of(System.getProperty("postern.configured")))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void providerIsFoundByItsModuleDescriptor() throws Exception {
        AutoCloseable gateway = (AutoCloseable)
                load("{\"providers\": {\"llm\": {\"backends\": {\"main\": {\"backend\": \"openai\"}}}}}");

        assertThat(gateway).hasToString("Gateway[main (default)]");
        assertThat(gateway.getClass().getModule().isNamed()).isTrue();
        gateway.close();
    }

    @Test
    void yamlIsReadWithoutFurtherModules() throws Exception {
        AutoCloseable gateway = (AutoCloseable) load("providers: {llm: {backends: {main: {backend: openai}}}}");

        assertThat(gateway).hasToString("Gateway[main (default)]");
        gateway.close();
    }

    private Object load(String text) throws Exception {
        Class<?> type = modules.loadClass("dev.postern.config.GatewayLoader");
        Object loader = type.getMethod("create").invoke(null);
        type.getMethod("classLoader", ClassLoader.class).invoke(loader, modules);
        Object running = type.getMethod("parse", String.class).invoke(loader, text);
        return running.getClass().getMethod("gateway").invoke(running);
    }
}
