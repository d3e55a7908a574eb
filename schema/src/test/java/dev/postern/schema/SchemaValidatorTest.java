package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid values, the problems of invalid ones, and malformed schemas. */
class SchemaValidatorTest {

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        return (Map<String, Object>) Json.parse(json);
    }

    private static List<String> problems(String schema, String value) {
        return SchemaValidator.of(object(schema)).problems(Json.parse(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | null |",
                "{\"type\":\"string\"} | \"a\" |",
                "{\"type\":\"string\"} | 1 | must be text, but is 1",
                "{\"type\":\"integer\"} | 3.0 |",
                "{\"type\":\"integer\"} | 12345678901234567890 |",
                "{\"type\":\"integer\"} | 3.5 | must be an integer, but is 3.5",
                "{\"type\":\"integer\"} | \"3\" | must be an integer, but is text",
                "{\"type\":\"number\"} | 3.5 |",
                "{\"type\":\"boolean\"} | true |",
                "{\"type\":\"boolean\"} | 0 | must be true or false, but is 0",
                "{\"type\":\"array\"} | {} | must be a list, but is an object",
                "{\"type\":\"object\"} | [] | must be an object, but is a list",
                "{\"type\":\"null\"} | false | must be null, but is false",
                "{\"type\":[\"string\",\"null\"]} | null |",
                "{\"type\":[\"string\",\"integer\"]} | null | must be text or an integer, but is null",
                "{\"type\":\"string\",\"nullable\":true,\"enum\":[\"a\"]} | null |",
                "{\"type\":\"string\",\"nullable\":false} | null | must be text, but is null",
                "{\"type\":\"string\",\"enum\":[\"a\"],\"minLength\":5} | 7 | must be text, but is 7",
                "{\"enum\":[\"a\",1,null]} | 1.0 |",
                "{\"enum\":[\"a\",1,null]} | null |",
                "{\"enum\":[\"a\",1,null]} | \"b\" | must be one of \"a\", 1, null, but is \"b\"",
                "{\"const\":{\"a\":[1]}} | {\"a\":[1.0]} |",
                "{\"const\":null} | null |",
                "{\"const\":7} | 8 | must be 7, but is 8",
                "{\"minimum\":1,\"maximum\":3} | 2 |",
                "{\"minimum\":1} | 0.5 | must be at least 1, but is 0.5",
                "{\"maximum\":1} | 1e999999999 | must be at most 1, but is 1E+999999999",
                "{\"exclusiveMinimum\":1} | 1 | must be more than 1, but is 1",
                "{\"exclusiveMaximum\":1} | 1.0 | must be less than 1, but is 1.0",
                "{\"minimum\":1,\"exclusiveMinimum\":true} | 1 | must be more than 1, but is 1",
                "{\"maximum\":1,\"exclusiveMaximum\":false} | 1 |",
                "{\"multipleOf\":0.1} | 0.3 |",
                "{\"multipleOf\":0.1} | 0.35 | must be a multiple of 0.1, but is 0.35",
                "{\"multipleOf\":2} | 1e999999999 |",
                "{\"minimum\":1e999999} | 1 | must be at least 1E+999999, but is 1",
                "{\"maxLength\":1e999999} | \"a\" |",
                "{\"type\":\"integer\"} | 1e300 |",
                "{\"minimum\":5} | \"1\" |",
                "{\"minLength\":2,\"maxLength\":2} | \"😀😀\" |",
                "{\"minLength\":2} | \"a\" | must have at least 2 characters, but has 1",
                "{\"maxLength\":2} | \"abc\" | must have at most 2 characters, but has 3",
                "{\"pattern\":\"^a\"} | \"abc\" |",
                "{\"pattern\":\"^a\"} | \"b\" | must match the pattern ^a, but is \"b\"",
                "{\"pattern\":\"(?=x)x\"} | \"b\" |",
                "{\"minItems\":1} | [] | must have at least 1 elements, but has 0",
                "{\"maxItems\":1} | [1,2] | must have at most 1 elements, but has 2",
                "{\"uniqueItems\":true} | [1,\"1\",[1]] |",
                "{\"uniqueItems\":true} | [{\"a\":1},{\"a\":1.0}] | [1]: is a duplicate, but the elements must be unique",
                "{\"items\":{\"type\":\"integer\"}} | [1,\"2\"] | [1]: must be an integer, but is text",
                "{\"prefixItems\":[{\"type\":\"string\"}],\"items\":false} | [\"a\",1] | [1]: is not allowed",
                "{\"items\":[{\"type\":\"string\"}],\"additionalItems\":false} | [\"a\",1] | [1]: is not allowed",
                "{\"items\":[{\"type\":\"string\"}]} | [\"a\",1] |",
                "{\"minProperties\":1} | {} | must have at least 1 properties, but has 0",
                "{\"maxProperties\":1} | {\"a\":1,\"b\":2} | must have at most 1 properties, but has 2",
                "{\"required\":[\"a\"]} | {} | a: is missing",
                "{\"required\":[\"a\"]} | {\"a\":null} |",
                "{\"properties\":{\"a\":{\"type\":\"string\"}}} | {\"a\":1,\"b\":2} | a: must be text, but is 1",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":false} | {\"a\":1,\"b\":2} | b: is not a property of this object",
                "{\"additionalProperties\":{\"type\":\"string\"}} | {\"a\":1} | a: must be text, but is 1",
                "{\"patternProperties\":{\"^x-\":{\"type\":\"string\"}},\"additionalProperties\":false} | {\"x-a\":\"b\"} |",
                "{\"patternProperties\":{\"^x-\":{\"type\":\"string\"}}} | {\"x-a\":1} | x-a: must be text, but is 1",
                "{\"allOf\":[{\"minimum\":1},{\"maximum\":3}]} | 4 | must be at most 3, but is 4",
                "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]} | null |",
                "{\"oneOf\":[{\"minimum\":1},{\"maximum\":3}]} | 0 |",
                "{\"oneOf\":[{\"minimum\":1},{\"maximum\":3}]} | 2 | must match exactly one of 2 alternatives, but matches 2",
                "{\"not\":{\"type\":\"string\"}} | 1 |",
                "{\"not\":{\"type\":\"string\"}} | \"\" | must not match the schema under \"not\"",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"string\"}}} | 1 | must be text, but is 1",
                "{\"$ref\":\"#/definitions/a~1b%20c\",\"definitions\":{\"a/b c\":{\"type\":\"string\"}}} | 1 | must be text, but is 1",
                "{\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"$ref\":\"#/properties/a\"}}} | {\"b\":1} | b: must be text, but is 1",
                "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"format\":\"x\",\"if\":7,\"$comment\":true} | null |",
                "{\"format\":\"date\"} | \"tomorrow\" |",
            })
    void eachKeywordIsChecked(String schema, String value, String problem) {
        assertThat(problems(schema, value)).isEqualTo(problem == null ? List.of() : List.of(problem));
    }

    @Test
    void allProblemsAreReportedWithTheirPaths() {
        String schema = """
                {"type":"object","required":["stops","name"],"properties":{"stops":{"type":"array","items":
                {"type":"object","required":["city"],"properties":{"days":{"type":"integer"}}}}}}""";

        assertThat(problems(schema, "{\"stops\":[{\"city\":\"Rome\"},{\"days\":\"two\"},7]}"))
                .containsExactly(
                        "name: is missing",
                        "stops[1].city: is missing",
                        "stops[1].days: must be an integer, but is text",
                        "stops[2]: must be an object, but is 7");
    }

    @Test
    void theClosestAlternativeIsReported() {
        String schema = """
                {"properties":{"pet":{"anyOf":[
                {"type":"object","required":["a","b","c"]},
                {"type":"object","required":["kind"],"properties":{"kind":{"const":"cat"},"age":{"type":"integer"}}}]}}}""";

        assertThat(problems(schema, "{\"pet\":{\"kind\":\"cat\",\"age\":\"old\"}}"))
                .containsExactly(
                        "pet: matches none of 2 alternatives; the closest: pet.age: must be an integer, but is text");
    }

    @Test
    void aRecursiveSchemaChecksRecursiveValues() {
        String schema = """
                {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["name"],
                "properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}}}}}""";

        assertThat(problems(schema, "{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]}]}"))
                .isEmpty();
        assertThat(problems(schema, "{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[{}]}]}"))
                .containsExactly("children[0].children[0].name: is missing");
    }

    @Test
    @Timeout(30)
    void aSelfReferenceIsNotChecked() {
        assertThat(problems("{\"$ref\":\"#\"}", "1")).isEmpty();
        assertThat(problems("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}],\"type\":\"string\"}", "1"))
                .containsExactly("must be text, but is 1");
        assertThat(problems("{\"not\":{\"$ref\":\"#\"}}", "1")).isEmpty();
        assertThat(problems(
                        "{\"allOf\":[{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
                                + "\"b\":{\"minimum\":3,\"$ref\":\"#/$defs/a\"}}}",
                        "1"))
                .containsExactly("must be at least 3, but is 1");
    }

    @Test
    @Timeout(30)
    void aPatternHasBoundedTime() {
        assertThat(problems("{\"pattern\":\"^(a+)+$\"}", "\"" + "a".repeat(5000) + "!\""))
                .hasSize(1);
    }

    @Test
    void theNumberOfReportedProblemsIsBounded() {
        assertThat(problems("{\"items\":{\"type\":\"string\"}}", "[" + "1,".repeat(99) + "1]"))
                .hasSize(21)
                .last()
                .isEqualTo("and 80 more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"text\"} | type: unknown type \"text\"",
                "{\"type\":7} | type: must be a list, but is 7",
                "{\"type\":[1]} | type[0]: must be text, but is 1",
                "{\"properties\":[]} | properties: must be an object, but is a list",
                "{\"properties\":{\"days\":{\"minimum\":\"1\"}}} | properties.days.minimum: must be a number, but is text",
                "{\"properties\":{\"days\":7}} | properties.days: must be a schema, but is 7",
                "{\"required\":\"a\"} | required: must be a list, but is text",
                "{\"items\":7} | items: must be a schema, but is 7",
                "{\"enum\":\"a\"} | enum: must be a list, but is text",
                "{\"minLength\":-1} | minLength: must be an integer, at least 0, but is -1",
                "{\"maxItems\":1.5} | maxItems: must be an integer, at least 0, but is 1.5",
                "{\"multipleOf\":0} | multipleOf: must be a number, more than 0, but is 0",
                "{\"pattern\":\"(\"} | pattern: is not a regular expression: a ) is missing",
                "{\"patternProperties\":{\"[\":{}}} | patternProperties: is not a regular expression: a ] is missing",
                "{\"anyOf\":{}} | anyOf: must be a list, but is an object",
                "{\"anyOf\":[1]} | anyOf[0]: must be a schema, but is 1",
                "{\"not\":1} | not: must be a schema, but is 1",
                "{\"uniqueItems\":1} | uniqueItems: must be true or false, but is 1",
                "{\"$ref\":\"#/$defs/a\"} | $ref: there is no schema at \"#/$defs/a\"",
                "{\"$defs\":{\"a\":{\"type\":\"x\"}}} | $defs.a.type: unknown type \"x\"",
            })
    void aMalformedSchemaIsRefusedWithThePath(String schema, String problem) {
        assertThatThrownBy(() -> SchemaValidator.of(object(schema)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST))
                .hasMessage("The JSON Schema is malformed: " + problem + ".");
    }

    @Test
    void aSchemaCanBeNestedDeeplyAndContainItself() {
        Map<String, Object> deep = new LinkedHashMap<>(Map.of("type", "string"));
        Object value = 1;
        for (int i = 0; i < 10_000; i++) {
            deep = new LinkedHashMap<>(Map.of("items", deep));
        }
        for (int i = 0; i < 100; i++) {
            value = List.of(value);
        }
        Map<String, Object> loop = new LinkedHashMap<>();
        loop.put("items", loop);
        loop.put("type", "array");

        assertThat(SchemaValidator.of(deep).problems(value)).isEmpty();
        assertThat(SchemaValidator.of(loop).problems(List.of(List.of()))).isEmpty();
        assertThat(SchemaValidator.of(loop).problems(List.of(List.of(1))))
                .containsExactly("[0][0]: must be a list, but is 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {\"a\":1} | {\"a\":1}",
                "{\"type\":\"object\"} | {\"a\":1} | {\"a\":1}",
                "{\"properties\":{\"a\":{}}} | {\"a\":1,\"b\":2} | {\"a\":1,\"b\":2}",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":true} | {\"a\":1,\"b\":2} | {\"a\":1,\"b\":2}",
                "{\"additionalProperties\":{\"type\":\"string\"}} | {\"a\":\"1\"} | {\"a\":\"1\"}",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":false} | {\"a\":1,\"b\":2} | {\"a\":1}",
                "{\"additionalProperties\":false} | {\"a\":1} | {}",
                "{\"patternProperties\":{\"^x-\":{}}} | {\"x-a\":1,\"b\":2} | {\"x-a\":1,\"b\":2}",
                "{\"patternProperties\":{\"^x-\":{}},\"additionalProperties\":false} | {\"x-a\":1,\"b\":2} | {\"x-a\":1}",
                "{\"patternProperties\":{\"(?=x)\":{}},\"additionalProperties\":false} | {\"x-a\":1} | {\"x-a\":1}",
                "{\"properties\":{\"a\":{\"properties\":{\"b\":{}}}}} | {\"a\":{\"b\":1,\"c\":2}} | {\"a\":{\"b\":1,\"c\":2}}",
                "{\"properties\":{\"a\":{\"properties\":{\"b\":{}},\"additionalProperties\":false}}} | {\"a\":{\"b\":1,\"c\":2}} | {\"a\":{\"b\":1}}",
                "{\"properties\":{\"a\":{\"items\":{\"properties\":{},\"additionalProperties\":false}}}} | {\"a\":[{\"c\":2},3]} | {\"a\":[{},3]}",
                "{\"additionalProperties\":{\"properties\":{\"a\":{}},\"additionalProperties\":false}} | {\"x\":{\"a\":1,\"b\":2}} | {\"x\":{\"a\":1}}",
                "{\"patternProperties\":{\"^x\":{\"properties\":{\"a\":{}},\"additionalProperties\":false}}} | {\"x\":{\"a\":1,\"b\":2}} | {\"x\":{\"a\":1}}",
                "{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"properties\":{\"a\":{}}}}} | {\"a\":1,\"b\":2} | {\"a\":1,\"b\":2}",
                "{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"properties\":{\"a\":{}},\"additionalProperties\":false}}} | {\"a\":1,\"b\":2} | {\"a\":1}",
                "{\"anyOf\":[{\"properties\":{\"a\":{}}},{\"properties\":{\"b\":{}}}]} | {\"a\":1,\"b\":2,\"c\":3} | {\"a\":1,\"b\":2,\"c\":3}",
                "{\"anyOf\":[{\"properties\":{\"a\":{}},\"additionalProperties\":false},{\"properties\":{\"b\":{}},\"additionalProperties\":false},{\"type\":\"null\"}]} | {\"a\":1,\"c\":3} | {\"a\":1}",
                "{\"oneOf\":[{\"properties\":{\"a\":{}},\"additionalProperties\":false},{\"required\":[\"b\"]}]} | {\"b\":2,\"c\":3} | {\"b\":2,\"c\":3}",
                "{\"properties\":{\"a\":{\"type\":\"integer\"}},\"additionalProperties\":false} | {\"a\":\"no\"} | {\"a\":\"no\"}",
            })
    void forbiddenPropertiesAreRemoved(String schema, String value, String kept) {
        assertThat(SchemaValidator.of(object(schema)).pruned(object(value))).isEqualTo(object(kept));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"required\":[\"b\"]",
                "\"then\":{\"properties\":{\"b\":{}}}",
                "\"if\":{\"properties\":{\"b\":{\"const\":1}}}",
                "\"else\":{\"required\":[\"b\"]}",
                "\"then\":{\"allOf\":[{\"$ref\":\"#/$defs/named\"}]}",
                "\"dependentSchemas\":{\"a\":{\"properties\":{\"b\":{}}}}",
                "\"dependentSchemas\":{\"b\":true}",
                "\"dependentRequired\":{\"a\":[\"b\"]}",
                "\"dependencies\":{\"a\":[\"b\"]}",
                "\"dependencies\":{\"a\":{\"required\":[\"b\"]}}",
                "\"patternProperties\":{\"^b$\":{}}",
                "\"allOf\":[{\"properties\":{\"b\":{}}}]",
                "\"anyOf\":[{},{\"oneOf\":[{\"properties\":{\"b\":{}}}]}]",
                "\"$ref\":\"#/$defs/named\"",
                "\"unevaluatedProperties\":{\"properties\":{\"b\":{}}},\"required\":[\"b\"]",
            })
    void namedPropertiesAreKept(String keyword) {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false,\"$defs\":"
                + "{\"named\":{\"properties\":{\"b\":{}}}}," + keyword + "}";
        String inner = "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"properties\":{\"inner\":"
                + schema.replace("#/", "#/properties/inner/") + "}}";

        assertThat(SchemaValidator.of(object(schema)).pruned(object("{\"a\":1,\"b\":2,\"c\":3}")))
                .isEqualTo(object("{\"a\":1,\"b\":2}"));
        assertThat(SchemaValidator.of(object(inner)).pruned(object("{\"inner\":{\"a\":1,\"b\":2,\"c\":3}}")))
                .isEqualTo(object("{\"inner\":{\"a\":1,\"b\":2}}"));
    }

    /** Each alternative alone would remove the properties that the other one names. */
    @Test
    void propertiesNamedByOneOfTwoSchemasAreKept() {
        String schema = """
                {"allOf":[{"properties":{"p":{"properties":{"x":{}},"additionalProperties":false}}},
                {"properties":{"p":{"properties":{"y":{}}}}}]}""";

        assertThat(SchemaValidator.of(object(schema)).pruned(object("{\"p\":{\"x\":1,\"y\":2,\"z\":3}}")))
                .isEqualTo(object("{\"p\":{\"x\":1,\"y\":2}}"));
    }

    /** Properties beyond the budget are kept. */
    @Test
    @Timeout(60)
    void pruningIsBounded() {
        List<Object> alternatives = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            alternatives.add(Map.of("properties", Map.of("p" + i, Map.of()), "additionalProperties", false));
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            elements.add(Map.of("q", i));
        }
        Map<String, Object> schema =
                Map.of("properties", Map.of("list", Map.of("items", Map.of("anyOf", alternatives))));
        Map<String, Object> value = Map.of("list", elements);

        List<?> kept = (List<?>) SchemaValidator.of(schema).pruned(value).get("list");

        assertThat(kept).hasSameSizeAs(elements);
        assertThat(kept.get(0)).isEqualTo(Map.of());
        assertThat(kept.get(49_999)).isEqualTo(Map.of("q", 49_999));
        assertThat(SchemaValidator.of(object("{\"items\":{\"$ref\":\"#\"},\"additionalProperties\":{\"$ref\":\"#\"}}"))
                        .pruned(Map.of("a", List.of(List.of(), Map.of("b", 1)))))
                .isEqualTo(Map.of("a", List.of(List.of(), Map.of("b", 1))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 100_000})
    void aLongListIsCheckedCompletely(int length) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(i);
        }
        SchemaValidator schema = SchemaValidator.of(object("{\"items\":{\"type\":\"integer\"},\"uniqueItems\":true}"));

        assertThat(schema.problems(list)).isEmpty();
        list.set(length - 1, "x");
        assertThat(schema.problems(list)).containsExactly("[" + (length - 1) + "]: must be an integer, but is text");
    }
}
