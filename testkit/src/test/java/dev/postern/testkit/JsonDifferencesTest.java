package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonDifferencesTest {

    @Test
    void equalValuesDoNotDiffer() {
        assertThat(between("{\"a\":1,\"b\":[true,null,\"x\"]}", "{\"b\":[true,null,\"x\"],\"a\":1.0}"))
                .isEmpty();
    }

    @Test
    void eachDifferenceHasItsPointer() {
        assertThat(between(
                        "{\"a/b\":{\"c~\":1},\"list\":[1,2,3],\"gone\":\"x\",\"kind\":{}}",
                        "{\"a/b\":{\"c~\":2},\"list\":[1,5],\"more\":null,\"kind\":[]}"))
                .containsExactly(
                        "/a~1b/c~0: expected 1, but it is 2",
                        "/list/1: expected 2, but it is 5",
                        "/list/2: expected 3, but it is missing",
                        "/gone: expected \"x\", but it is missing",
                        "/kind: expected {}, but it is []",
                        "/more: is not in the recording, but is null");
        assertThat(between("\"a\"", "[]")).containsExactly("the body: expected \"a\", but it is []");
    }

    @Test
    void masksStandForAnyCharacters() {
        assertThat(between("\"***\"", "{\"a\":1}")).isEmpty();
        assertThat(between("\"a ***, b *** c\"", "\"a 1, b 2, b 3 c\"")).isEmpty();
        assertThat(between("\"a*** c\"", "\"a c\"")).isEmpty();
        assertThat(between("\"ab***bc\"", "\"abc\"")).hasSize(1);
        assertThat(between("\"a ***\"", "\"b 1\"")).hasSize(1);
        assertThat(between("\"*** x *** y\"", "\"1 y\"")).hasSize(1);
    }

    private static List<String> between(String expected, String actual) {
        return JsonDifferences.between(Json.parse(expected), Json.parse(actual));
    }
}
