package dev.postern.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the module promises to its users. */
class ModuleTest {
    private static final String NAME = "dev.postern.core";

    @Test
    void exportsTheWordsAndWhatProvidersNeed() throws Exception {
        assertThat(module().exports())
                .filteredOn(exported -> !exported.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .contains("dev.postern", "dev.postern.http", "dev.postern.json")
                .doesNotContain("dev.postern.flow");
    }

    @Test
    void exportsFlowToModulesOfPosternOnly() throws Exception {
        assertThat(module().exports())
                .filteredOn(ModuleDescriptor.Exports::isQualified)
                .singleElement()
                .satisfies(exported -> {
                    assertThat(exported.source()).isEqualTo("dev.postern.flow");
                    assertThat(exported.targets()).allMatch(target -> target.startsWith("dev.postern."));
                });
    }

    static Stream<String> packages() throws Exception {
        return module().packages().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void saysInEveryPackageThatNothingIsNull(String name) throws ClassNotFoundException {
        assertThat(Class.forName(name + ".package-info")).hasAnnotation(NullMarked.class);
    }

    @Test
    void showsNoTypeOfAThirdPartyToItsUsers() throws Exception {
        assertThat(module().requires())
                .filteredOn(required -> required.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE))
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactly("java.net.http");
    }

    private static ModuleDescriptor module() throws URISyntaxException {
        Path classes = Path.of(LlmProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return ModuleFinder.of(classes).find(NAME).orElseThrow().descriptor();
    }
}
