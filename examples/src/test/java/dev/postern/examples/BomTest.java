package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The BOM has every published module, in the version of the build, and nothing else. */
class BomTest {
    private final ModulePom root = ModulePom.read(".");
    private final ModulePom bom = ModulePom.read("bom");
    private final List<String> published =
            ModulePom.published().stream().map(ModulePom::artifactId).toList();

    @Test
    void listsThePublishedModulesOnly() {
        assertThat(published).contains("postern-core", "postern-provider-openai", "postern-testkit");
        assertThat(bom.manages().keySet()).containsExactlyElementsOf(published);
        assertThat(bom.manageable()).hasSameSizeAs(published);
    }

    @Test
    void managesTheVersionOfTheBuild() {
        assertThat(bom.manages().values()).containsOnly("${project.version}");
        assertThat(bom.version()).isEqualTo(root.version());
    }

    /** Whoever imports a BOM gets everything that its parent manages, too. */
    @Test
    void hasNoParent() {
        assertThat(bom.text("parent")).isEmpty();
    }

    @Test
    void theParentManagesTheSameModules() {
        assertThat(root.manages().keySet()).containsExactlyElementsOf(published);
    }

    /** The versions of plugins stand in the BOM again, as it has no parent. */
    @Test
    void hasTheVersionsOfPluginsOfTheParent() {
        assertThat(bom.properties()).isNotEmpty();
        assertThat(root.properties()).containsAllEntriesOf(bom.properties());
    }
}
