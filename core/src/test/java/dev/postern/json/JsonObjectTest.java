package dev.postern.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    private static final JsonObject OBJECT = JsonObject.of(Json.parse("""
            {"string": "a", "empty": "", "int": 12, "fraction": 1.9, "true": true, "false": false, "null": null,
             "object": {"inner": "b"}, "array": [1, {"n": 1}, null, {"n": 2}, [{"n": 3}]], "digits": "12"}"""));

    @ParameterizedTest
    @CsvSource({
        "string, a, -1, true",
        "empty, '', -1, true",
        "int, 12, 12, true",
        "fraction, 1.9, 1, true",
        "true, true, -1, true",
        "false, false, -1, true",
        "null, '', -1, false",
        "object, '', -1, true",
        "array, '', -1, true",
        "digits, 12, -1, true",
        "absent, '', -1, false"
    })
    void treatsAFieldOfAnotherTypeAsAbsent(String name, String text, long integer, boolean has) {
        assertThat(OBJECT.text(name)).isEqualTo(text);
        assertThat(OBJECT.integer(name, -1)).isEqualTo(integer);
        assertThat(OBJECT.has(name)).isEqualTo(has);
        assertThat(OBJECT.object(name).isEmpty()).isEqualTo(!name.equals("object"));
        assertThat(OBJECT.objects(name).isEmpty()).isEqualTo(!name.equals("array"));
    }

    @Test
    void returnsNestedObjects() {
        assertThat(OBJECT.object("object").text("inner")).isEqualTo("b");
        assertThat(OBJECT.objects("array"))
                .extracting(one -> one.integer("n", 0))
                .containsExactly(1L, 2L);
        assertThat(OBJECT.object("absent").object("absent").text("absent")).isEmpty();
        assertThat(OBJECT.get("fraction")).isEqualTo(1.9);
        assertThat(OBJECT.get("absent")).isNull();
    }

    @Test
    void namesItsFieldsInOrder() {
        assertThat(JsonObject.of(Json.parse("{\"z\":1,\"a\":null}")).names()).containsExactly("z", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "12", "\"a\"", "[{\"a\":1}]", "{}"})
    void isEmptyWithoutAnObjectOrFields(String text) {
        JsonObject object = JsonObject.of(Json.parse(text));

        assertThat(object.isEmpty()).isTrue();
        assertThat(object).hasToString("{}");
    }

    @Test
    void isNotEmptyWithAField() {
        assertThat(OBJECT.isEmpty()).isFalse();
        assertThat(JsonObject.of(Json.parse("{\"a\":[1]}"))).hasToString("{a=" + List.of(1) + "}");
    }
}
