package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.spi.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines of paths, and many values. */
class SettingsReaderTest {
    private static Settings read(String text, Map<String, String> variables) {
        ConfigText file = ConfigText.of("f.yaml", text);
        return SettingsReader.of(file, DocumentReader.read(file), "top", new Variables(variables));
    }

    private static Settings read(String text) {
        return read(text, Map.of());
    }

    @Test
    void anErrorNamesTheLineOfTheNearestNode() {
        Settings top = read("a:\n  b: 1\n  b.c:\n    d: 2\nlist:\n  - x\n  - 3\n");

        assertThat(top.section("a").error("b", "x")).hasMessageStartingWith("f.yaml:2: top.a.b: x");
        assertThat(top.section("a").error("b.c", "x")).hasMessageStartingWith("f.yaml:3: top.a.b.c: x");
        assertThat(top.section("a").section("b.c").error("d", "x")).hasMessageStartingWith("f.yaml:4: top.a.b.c.d: x");
        assertThat(top.section("a").section("b.c").error("none", "x")).hasMessageStartingWith("f.yaml:3: ");
        assertThat(top.section("a").error("bb", "x")).hasMessageStartingWith("f.yaml:1: ");
        assertThat(top.error("list[1]", "x")).hasMessageStartingWith("f.yaml:7: top.list[1]: x");
        assertThat(top.error("list[2]", "x")).hasMessageStartingWith("f.yaml:5: ");
        assertThat(top.error("list.x", "x")).hasMessageStartingWith("f.yaml:5: ");
        assertThat(top.error("none", "x")).hasMessageStartingWith("f.yaml:1: ");
    }

    @Test
    void theLineOfALongPathIsFoundAmongManyValues() {
        String key = "k".repeat(256);
        String text = ("{" + key + ": ").repeat(60) + "[" + "0,".repeat(19_900) + "0]" + "}".repeat(60);
        Settings top = read(text);

        Settings inner = top;
        for (int i = 0; i < 59; i++) {
            inner = inner.section(key);
        }
        assertThat(inner.error(key + "[5]", "x")).hasMessageStartingWith("f.yaml:1: top." + key);
    }

    @Test
    void aliasesShareTheTextWithItsVariables() {
        String text = "text: &t '$X " + "x".repeat(500_000) + "'\nsection: {list: [" + "*t,".repeat(9_900) + "*t]}\n";

        List<?> list = (List<?>) read(text, Map.of("X", "1")).object("section").get("list");

        assertThat(list).hasSize(9_901);
        assertThat(list.get(0)).isSameAs(list.get(9_900)).asString().startsWith("1 xx");
        assertThatThrownBy(() -> read("a: &t ${X}\nb: *t\n")).hasMessageContaining("f.yaml:1: top.a: ");
    }
}
