package dev.postern.genai;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the module promises to applications, and what it shares with its siblings only. */
class ModuleTest {

    @Test
    void exportsItsNamesToAllAndItsCodeToTheIntegrations() throws Exception {
        Path classes = Path.of(
                GenAi.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module =
                ModuleFinder.of(classes).find("dev.postern.genai").orElseThrow().descriptor();

        assertThat(module.exports())
                .filteredOn(exported -> !exported.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactly("dev.postern.genai");
        assertThat(module.exports())
                .filteredOn(ModuleDescriptor.Exports::isQualified)
                .singleElement()
                .satisfies(exported -> {
                    assertThat(exported.source()).isEqualTo("dev.postern.genai.shared");
                    assertThat(exported.targets())
                            .containsExactlyInAnyOrder("dev.postern.micrometer", "dev.postern.opentelemetry");
                });
    }
}
