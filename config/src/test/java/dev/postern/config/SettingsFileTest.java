package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void readsTheSectionWithTheLinesOfItsErrors() throws IOException {
        Settings keys = SettingsFile.read(file("keys.yaml", "keys:\n  k1:\n    name: ann\n    nmae: x\n"), "keys");

        assertThat(keys.section("k1").text("name", "")).isEqualTo("ann");
        assertThatThrownBy(keys::refuseUnknown)
                .isInstanceOf(LlmException.class)
                .hasMessageEndingWith("keys.yaml:4: keys.k1.nmae: is not a known key. Did you mean 'name'?");
    }

    @Test
    void anEmptyFileHasNoKeys() throws IOException {
        assertThat(SettingsFile.read(file("a.yaml", "\n"), "keys").keys()).isEmpty();
        assertThat(SettingsFile.read(file("b.yaml", "keys:\n"), "keys").keys()).isEmpty();
        assertThat(SettingsFile.read(file("c.json", "{\"keys\": {}}"), "keys").keys())
                .isEmpty();
    }

    @Test
    void anotherSectionIsRefused() throws IOException {
        Path file = file("keys.yaml", "keys: {}\nproviders: {}\n");

        assertThatThrownBy(() -> SettingsFile.read(file, "keys"))
                .isInstanceOf(LlmException.class)
                .hasMessageEndingWith("keys.yaml:2: this file has one section, 'keys'; remove the other one");
    }
}
