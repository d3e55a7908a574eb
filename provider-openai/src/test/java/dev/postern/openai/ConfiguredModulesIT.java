package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A gateway of a file, where all are modules: the provider is found by its descriptor. Runs on the jars as packaged. */
class ConfiguredModulesIT {
    private final ClassLoader modules = modules();

    private static ClassLoader modules() {
        ModuleFinder jars = ModuleFinder.of(
                Path.of(System.getProperty("postern.jar")), Path.of(System.getProperty("postern.closure")));
        Configuration resolved =
                ModuleLayer.boot().configuration().resolveAndBind(jars, ModuleFinder.of(), Set.of("dev.postern.core"));
        return ModuleLayer.boot()
                .defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader())
                .findLoader("dev.postern.core");
    }

    @Test
    void theProviderIsFoundByItsDescriptor() throws Exception {
        AutoCloseable gateway = (AutoCloseable)
                load("{\"providers\": {\"llm\": {\"backends\": {\"main\": {\"backend\": \"openai\"}}}}}");

        assertThat(gateway).hasToString("Gateway[main (default)]");
        assertThat(gateway.getClass().getModule().isNamed()).isTrue();
        gateway.close();
    }

    @Test
    void withoutTheModuleForYamlItSaysWhatToAdd() {
        assertThatThrownBy(() -> load("providers: {llm: {backend: openai}}"))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .hasMessageContaining("--add-modules tools.jackson.dataformat.yaml");
    }

    private Object load(String text) throws Exception {
        Class<?> type = modules.loadClass("dev.postern.config.GatewayLoader");
        Object loader = type.getMethod("create").invoke(null);
        type.getMethod("classLoader", ClassLoader.class).invoke(loader, modules);
        return type.getMethod("parse", String.class).invoke(loader, text);
    }
}
