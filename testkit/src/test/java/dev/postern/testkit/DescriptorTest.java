package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DescriptorTest {
    private final ModuleDescriptor descriptor;

    DescriptorTest() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
            descriptor = ModuleDescriptor.read(in);
        }
    }

    @Test
    void exportsOnlyThePackageForUsers() {
        assertThat(descriptor.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactly("dev.postern.testkit");
    }

    /** Without this, JUnit cannot run {@link ProviderContract} on the module path. */
    @Test
    void opensTheContractToJUnit() {
        assertThat(descriptor.opens()).singleElement().satisfies(opened -> {
            assertThat(opened.source()).isEqualTo("dev.postern.testkit");
            assertThat(opened.targets()).containsExactly("org.junit.platform.commons");
        });
    }
}
