package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, tabs, tags and documents of YAML. */
class DocumentReaderTest {

    private static Map<String, @Nullable Object> read(String text) {
        return plain(DocumentReader.read(ConfigText.of("f.yaml", text)));
    }

    private static Map<String, @Nullable Object> plain(Node.Section section) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        section.entries().forEach((key, node) -> {
            if (node instanceof Node.Section inner) {
                plain.put(key, plain(inner));
            } else if (node instanceof Node.Scalar scalar) {
                plain.put(key, scalar.value());
            }
        });
        return plain;
    }

    @ParameterizedTest
    @ValueSource(strings = {"'<<'", "\"<<\"", "? '<<'\n", "? |-\n  <<\n"})
    void aMergeKeyInQuotesIsAKey(String key) {
        assertThat(read(key + ": {a: 1}\nb: 2\n")).isEqualTo(Map.of("<<", Map.of("a", 1L), "b", 2L));
        assertThat(read(key + ": 1\n")).isEqualTo(Map.of("<<", 1L));
    }

    @Test
    void aMergeKeyAndAQuotedOneCanBeCombined() {
        assertThat(read("x: &x {a: 1}\ny:\n  <<: *x\n  '<<': 3\n"))
                .isEqualTo(Map.of("x", Map.of("a", 1L), "y", Map.of("a", 1L, "<<", 3L)));
        assertThat(read("{'<<': 1, \"b\": 2}")).isEqualTo(Map.of("<<", 1L, "b", 2L));
        assertThatThrownBy(() -> read("'<<': 1\n\"<<\": 2\n"))
                .hasMessage("f.yaml:2: the key '<<' occurs twice in one section");
        assertThatThrownBy(() -> read("<<: 1\n"))
                .hasMessage("f.yaml:1: the merge key '<<' takes a section, or a list of sections");
    }

    @Test
    void anAliasCanRepeatAKey() {
        assertThat(read("&k key: 1\nb: *k\n")).isEqualTo(Map.of("key", 1L, "b", "key"));
        assertThat(read("&k key: &v 1\na: *k\nb: *v\n")).isEqualTo(Map.of("key", 1L, "a", "key", "b", 1L));
        assertThat(read("s:\n  &k key:\n    a: 1\n  b: *k\n"))
                .isEqualTo(Map.of("s", Map.of("key", Map.of("a", 1L), "b", "key")));
        assertThat(read("&p 8080: a\nport: *p\n")).isEqualTo(Map.of("8080", "a", "port", 8080L));
        assertThat(read("&p '8080': a\nport: *p\n")).isEqualTo(Map.of("8080", "a", "port", "8080"));
        assertThat(read("&t true: a\nflag: *t\n")).isEqualTo(Map.of("true", "a", "flag", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1\n\t\nb: 2\n", "a: 1\n \t \nb: 2\n", "a: 1\t# one\n\t# more\nb:\t2\n"})
    void tabsOutsideOfIndentationAreAllowed(String text) {
        assertThat(read(text)).isEqualTo(Map.of("a", 1L, "b", 2L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: |\n  x\n\t\n  y\n", "a: |\n  x\n \t \n  y\n", "a: >\n  x\n\t\n"})
    void aBlockLineWithOnlyATabIsRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .hasMessage("f.yaml:3: this line looks empty but contains a tab; delete the tab");
    }

    @Test
    void yamlTagsDecideTheTypeOfAValue() {
        assertThat(read("a: !!str 5\nb: !!int 5\nc: ! 5\nd: !!bool 'true'\ne: !!float 1.5\nf: !!int x\ng: !!map {}\n"))
                .containsEntry("a", "5")
                .containsEntry("b", 5L)
                .containsEntry("c", "5")
                .containsEntry("d", true)
                .containsEntry("e", new BigDecimal("1.5"))
                .containsEntry("f", "x")
                .containsEntry("g", Map.of());
        assertThat(read("a: !!null\nb: !!null ''\n")).containsEntry("a", null).containsEntry("b", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!int 5", "!env HOME", "!!binary aGk=", "!!set {a}", "!<tag:example.org,2000:x> 5"})
    void otherTagsAreRefused(String value) {
        assertThatThrownBy(() -> read("a: 1\nb: " + value + "\n"))
                .hasMessage("f.yaml:2: tags such as !env are not supported; write a variable as ${NAME}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!env a: 1\n", "{!env a: 1}", "{!<tag:example.org,2000:x> a: 1}"})
    void otherTagsOfKeysAreRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .hasMessage("f.yaml:1: tags such as !env are not supported; write a variable as ${NAME}");
        assertThat(read("!!str a: 1\n")).isEqualTo(Map.of("a", 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f.yaml", "f.json"})
    void aKeyIsLimitedInLength(String name) {
        String key = "k".repeat(256);

        assertThat(plain(DocumentReader.read(ConfigText.of(name, "{\"" + key + "\": 1}"))))
                .isEqualTo(Map.of(key, 1L));
        assertThatThrownBy(() -> DocumentReader.read(ConfigText.of(name, "{\"" + key + "k\": 1}")))
                .hasMessage(name + ":1: the key '" + "k".repeat(40) + "…' is longer than 256 characters");
    }

    @Test
    void aChainOfMergesIsNotNested() {
        StringBuilder text = new StringBuilder("x0: &m0 {k0: {a: 1}}\n");
        for (int i = 1; i < 70; i++) {
            text.append("x" + i + ": &m" + i + " {<<: [*m" + (i - 1) + "], k" + i + ": 1}\n");
        }

        assertThat(DocumentReader.read(ConfigText.of("f.yaml", text.toString())).height())
                .isEqualTo(4);
    }

    @Test
    void theSecondDocumentIsNotRead() {
        assertThat(read("--- {a: 1}\n---\nb: [}\n")).isEqualTo(Map.of("a", 1L));
    }

    @Test
    void aDirectiveAndAMarkerCanPrecedeTheDocument() {
        assertThat(read("%YAML 1.2\n---\na: yes\n...\n")).isEqualTo(Map.of("a", "yes"));
        assertThat(read("--- {a: 1}\n--- {b: 2}\n")).isEqualTo(Map.of("a", 1L));
        assertThatThrownBy(() -> read("---\n# nothing\n")).hasMessageContaining("must be a section with keys");
    }

    @Test
    void aTabInTheIndentationIsRefused() {
        assertThatThrownBy(() -> read("a:\n\tb: 1\n"))
                .hasMessage("f.yaml:2: a tab is not allowed here; indent with spaces");
    }
}
