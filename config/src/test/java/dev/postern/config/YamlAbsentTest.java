package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

/** An application that has no YAML parser: all of ours is loaded by a class loader that hides it. */
class YamlAbsentTest {
    private final ClassLoader without = new WithoutYaml();

    @Test
    void jsonIsReadAllTheSame() throws Exception {
        Object gateway = parse("{\"providers\": {\"llm\": {\"backend\": \"noop\"}}}");

        assertThat(gateway).hasToString("Gateway[default (default)]");
        ((AutoCloseable) gateway).close();
    }

    @Test
    void yamlIsRefusedWithWhatToAdd() {
        assertThatThrownBy(() -> parse("providers: {llm: {backend: noop}}"))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .hasMessageStartingWith(
                        "the configuration: YAML is read by tools.jackson.dataformat:jackson-dataformat-yaml")
                .hasMessageContaining("add it in the version of jackson-core")
                .hasMessageEndingWith("or write JSON instead");
    }

    private Object parse(String text) throws Exception {
        Class<?> type = Class.forName(GatewayLoader.class.getName(), true, without);
        Object loader = type.getMethod("create").invoke(null);
        type.getMethod("classLoader", ClassLoader.class).invoke(loader, without);
        return type.getMethod("parse", String.class).invoke(loader, text);
    }

    /** Loads our classes itself, so that what they need is asked of it. */
    private static final class WithoutYaml extends ClassLoader {
        WithoutYaml() {
            super(YamlAbsentTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("tools.jackson.dataformat.") || name.startsWith("org.snakeyaml.")) {
                throw new ClassNotFoundException(name);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded =
                        name.startsWith("dev.postern.") ? findLoadedClass(name) : super.loadClass(name, resolve);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
