package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jars that an application needs at run time: three small ones, which are modules. Tests the packaged jars. */
class FootprintIT {
    private static final long MOST_BYTES = 1_500_000;

    private final Path closure = Path.of(System.getProperty("postern.closure"));
    private final Path own = Path.of(System.getProperty("postern.jar"));

    @Test
    void runtimeDependenciesAreCoreAndJacksonCore() throws IOException {
        assertThat(others())
                .extracting(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
                .containsExactly("jackson-core", "postern-core");
    }

    @Test
    void jarsAreSmallerThanTheLimit() throws IOException {
        long bytes = Files.size(own);
        for (Path jar : others()) {
            bytes += Files.size(jar);
        }
        System.out.println("footprint: " + bytes + " bytes in " + (others().size() + 1) + " jars");
        assertThat(bytes).isLessThan(MOST_BYTES);
    }

    @Test
    void modulesResolveAndTheProviderCanBeBuilt() throws Exception {
        ModuleFinder jars = ModuleFinder.of(own, closure);
        Configuration resolved =
                ModuleLayer.boot().configuration().resolve(jars, ModuleFinder.of(), Set.of("dev.postern.openai"));
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());

        Class<?> provider = layer.findLoader("dev.postern.openai").loadClass("dev.postern.openai.OpenAiProvider");
        Object builder = provider.getMethod("builder").invoke(null);
        Object built = builder.getClass().getMethod("build").invoke(builder);

        assertThat(provider.getModule().getName()).isEqualTo("dev.postern.openai");
        assertThat(built).hasToString("OpenAiProvider[openai at https://api.openai.com/v1, profile openai]");
        provider.getMethod("close").invoke(built);
    }

    private List<Path> others() throws IOException {
        try (Stream<Path> jars = Files.list(closure)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
