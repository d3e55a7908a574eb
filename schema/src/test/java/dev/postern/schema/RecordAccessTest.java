package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmProvider;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;

/** Records in named modules, whose packages are closed by default. */
class RecordAccessTest {
    @TempDir
    private Path directory;

    @Test
    void aRecordOfAClosedPackageIsRefusedWithTheOpensDirective() throws Exception {
        ModuleLayer layer = layer("module app.closed {}");
        Class<?> type = layer.findLoader("app.closed").loadClass("app.words.Hidden");

        assertThatThrownBy(() -> schema(layer, type))
                .hasMessage("The record app.words.Hidden is not accessible; add \"opens app.words to"
                        + " dev.postern.schema;\" to the module-info of app.closed.");
    }

    @Test
    void aRecordOfAnOpenPackageIsReadAndWritten() throws Exception {
        ModuleLayer layer = layer("module app.closed { opens app.words to dev.postern.schema; }");
        Class<?> type = layer.findLoader("app.closed").loadClass("app.words.Hidden");
        Object recordType = recordType(layer, type);

        Object read = recordType.getClass().getMethod("read", Map.class).invoke(recordType, Map.of("city", "Rome"));

        assertThat(read).hasToString("Hidden[city=Rome]");
        assertThat(recordType.getClass().getMethod("write", Record.class).invoke(recordType, read))
                .isEqualTo(Map.of("city", "Rome"));
    }

    @Test
    void aPublicRecordOfAnExportedPackageNeedsNoOpensDirective() throws Exception {
        ModuleLayer layer = layer("module app.closed { exports app.words; }");
        ClassLoader loader = layer.findLoader("app.closed");

        assertThat(schema(layer, loader.loadClass("app.words.Shown"))).containsKey("properties");
        assertThatThrownBy(() -> schema(layer, loader.loadClass("app.words.Hidden")))
                .hasMessageContaining("opens app.words");
    }

    @Test
    void theOpensDirectiveForAnUnnamedModuleHasNoTarget() throws Exception {
        ModuleLayer layer = layer("module app.closed {}");
        Class<?> type = layer.findLoader("app.closed").loadClass("app.words.Hidden");

        assertThatThrownBy(() -> RecordType.of(type.asSubclass(Record.class)))
                .hasMessageContaining("add \"opens app.words;\" to");
    }

    private static Object recordType(ModuleLayer layer, Class<?> type) throws Exception {
        Class<?> recordTypes = layer.findLoader("dev.postern.schema").loadClass(RecordType.class.getName());
        try {
            return recordTypes.getMethod("of", Class.class).invoke(null, type);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> schema(ModuleLayer layer, Class<?> type) throws Exception {
        Object recordType = recordType(layer, type);
        return (Map<String, Object>) recordType.getClass().getMethod("schema").invoke(recordType);
    }

    /** A module layer with the module of Postern and an application module that the test compiles. */
    private ModuleLayer layer(String declaration) throws IOException, URISyntaxException {
        Path sources = Files.createDirectories(directory.resolve("sources"));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Path module = Files.writeString(sources.resolve("module-info.java"), declaration);
        Path hidden =
                Files.writeString(sources.resolve("Hidden.java"), "package app.words; record Hidden(String city) {}");
        Path shown = Files.writeString(
                sources.resolve("Shown.java"), "package app.words; public record Shown(String city) {}");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(
                null,
                null,
                null,
                "-Xlint:-module",
                "-d",
                classes.toString(),
                module.toString(),
                hidden.toString(),
                shown.toString());
        assertThat(failed).isZero();
        ModuleFinder finder =
                ModuleFinder.of(classes, home(RecordType.class), home(LlmProvider.class), home(JacksonException.class));
        Configuration configuration = ModuleLayer.boot()
                .configuration()
                .resolve(finder, ModuleFinder.of(), Set.of("app.closed", "dev.postern.schema"));
        return ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();
    }

    private static Path home(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
