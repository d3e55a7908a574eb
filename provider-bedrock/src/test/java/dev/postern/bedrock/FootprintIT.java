package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packaged jars of an application with this module: number, size, and that they work as modules. */
class FootprintIT {
    private static final long MAX_BYTES = 1_800_000;

    private final Path closure = Path.of(System.getProperty("postern.closure"));
    private final Path own = Path.of(System.getProperty("postern.jar"));

    @Test
    void theClassPathIsThisModuleCoreAndJacksonCore() throws IOException {
        assertThat(others())
                .extracting(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
                .containsExactly("jackson-core", "postern-core");
    }

    @Test
    void theClassPathIsBelowItsSizeLimit() throws IOException {
        long bytes = Files.size(own);
        for (Path jar : others()) {
            bytes += Files.size(jar);
        }
        System.out.println("footprint: " + bytes + " bytes in " + (others().size() + 1) + " jars");
        assertThat(bytes).isLessThan(MAX_BYTES);
    }

    @Test
    void theModulesResolveAndTheProviderWorksInThem() throws Exception {
        ModuleFinder jars = ModuleFinder.of(own, closure);
        Configuration resolved =
                ModuleLayer.boot().configuration().resolve(jars, ModuleFinder.of(), Set.of("dev.postern.bedrock"));
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());

        Class<?> provider = layer.findLoader("dev.postern.bedrock").loadClass("dev.postern.bedrock.BedrockProvider");
        Object builder = provider.getMethod("builder").invoke(null);
        builder.getClass().getMethod("region", String.class).invoke(builder, "eu-west-1");
        Object built = builder.getClass().getMethod("build").invoke(builder);

        assertThat(provider.getModule().getName()).isEqualTo("dev.postern.bedrock");
        assertThat(built).hasToString("BedrockProvider[bedrock in eu-west-1]");
        assertThat(resolved.findModule("software.amazon.awssdk.auth")).isEmpty();
        assertThatThrownBy(() -> provider.getClassLoader()
                        .loadClass("software.amazon.awssdk.auth.credentials.AwsCredentialsProvider"))
                .isInstanceOf(ClassNotFoundException.class);
        provider.getMethod("close").invoke(built);
    }

    private List<Path> others() throws IOException {
        try (Stream<Path> jars = Files.list(closure)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
