package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas and values that are made to cost time or memory: each check is bounded, and valid values stay valid. */
@Timeout(60)
class HostileSchemaTest {

    @SuppressWarnings("unchecked")
    private static SchemaValidator schema(String json) {
        return SchemaValidator.of((Map<String, Object>) Json.parse(json));
    }

    private static List<Object> list(int size, IntFunction<Object> element) {
        return new ArrayList<>(IntStream.range(0, size).mapToObj(element).toList());
    }

    private static Map<String, Object> map(int size, IntFunction<String> name, IntFunction<Object> value) {
        Map<String, Object> map = new LinkedHashMap<>();
        IntStream.range(0, size).forEach(i -> map.put(name.apply(i), value.apply(i)));
        return map;
    }

    private static Object nested(int depth, Object inner) {
        Object value = inner;
        for (int i = 0; i < depth; i++) {
            value = new ArrayList<>(List.of(value));
        }
        return value;
    }

    @Test
    void aListOfManyNumbersIsCheckedCompletely() {
        List<Object> numbers = list(250_000, i -> i);
        SchemaValidator schema = schema("{\"properties\":{\"x\":{\"type\":\"array\",\"uniqueItems\":true,\"items\":"
                + "{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000}}}}");

        assertThat(schema.problems(Map.of("x", numbers))).isEmpty();
        numbers.set(249_999, -1);
        assertThat(schema.problems(Map.of("x", numbers))).containsExactly("x[249999]: must be at least 0, but is -1");
    }

    @Test
    void aListOfManyObjectsIsCheckedCompletely() {
        List<Object> rows = list(100_000, i -> Map.of("id", i, "name", "row " + i, "kind", "a"));
        SchemaValidator schema = schema("""
                {"items":{"type":"object","required":["id","name"],"additionalProperties":false,"properties":{
                "id":{"type":"integer"},"name":{"type":"string","pattern":"^[a-z]+ [0-9]{1,10}$","maxLength":20},
                "kind":{"enum":["a","b"]}}}}""");

        assertThat(schema.problems(rows)).isEmpty();
        rows.set(99_999, Map.of("id", 1, "name", "row"));
        assertThat(schema.problems(rows))
                .containsExactly("[99999].name: must match the pattern ^[a-z]+ [0-9]{1,10}$, but is \"row\"");
    }

    @Test
    void nestedAlternativesAreBounded() {
        SchemaValidator any = schema("{\"anyOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"$ref\":\"#\"}}]}");
        SchemaValidator all = schema("{\"allOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"$ref\":\"#\"}}]}");
        SchemaValidator mixed = schema("{\"oneOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"$ref\":\"#\"}}],"
                + "\"not\":{\"items\":{\"$ref\":\"#\"}}}");
        SchemaValidator string = schema(
                "{\"anyOf\":[{\"type\":\"string\"},{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"},{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"}]}");

        assertThat(any.problems(nested(60, 1))).isEmpty();
        assertThat(all.problems(nested(60, 1))).isEmpty();
        assertThat(mixed.problems(nested(60, 1))).isEmpty();
        assertThat(string.problems(nested(60, "x"))).isEmpty();
        assertThat(string.problems(nested(5, 1))).hasSize(1).first().asString().hasSizeLessThan(1000);
    }

    @Test
    void manyPatternsOnLongNamesAreBounded() {
        Map<String, Object> patterns =
                map(20, i -> "^(a|b|ab|c{1," + (i + 50) + "}){1,200}x", i -> Map.of("type", "string"));
        SchemaValidator schema =
                SchemaValidator.of(Map.of("patternProperties", patterns, "additionalProperties", false));
        Map<String, Object> value = map(20, i -> "ab".repeat(2000) + i, i -> "text");

        assertThat(schema.problems(value)).allMatch(problem -> problem.endsWith("is not a property of this object"));
        assertThat(schema.pruned(value).keySet()).isSubsetOf(value.keySet());
    }

    @Test
    void manyPropertiesAndRequiredNamesAreBounded() {
        Map<String, Object> wide = Map.of(
                "properties",
                map(10_000, i -> "p" + i, i -> Map.of("type", "integer")),
                "required",
                list(10_000, i -> "p" + i));
        Object full = map(10_000, i -> "p" + i, i -> i);

        assertThat(SchemaValidator.of(wide).problems(full)).isEmpty();
        assertThat(SchemaValidator.of(wide).problems(Map.of()))
                .hasSize(21)
                .last()
                .isEqualTo("and 9980 more");
        assertThat(SchemaValidator.of(Map.of("items", wide)).problems(list(50_000, i -> Map.of())))
                .hasSize(21);
    }

    @Test
    void aLargeEnumIsCheckedByLookup() {
        SchemaValidator schema = SchemaValidator.of(Map.of("items", Map.of("enum", list(100_000, i -> "value " + i))));

        assertThat(schema.problems(list(100_000, i -> "value " + i))).isEmpty();
        assertThat(schema.problems(List.of("value")))
                .singleElement()
                .asString()
                .endsWith("and 99980 others, but is \"value\"")
                .hasSizeLessThan(1000);
    }

    /** Lists whose hash codes are the same: 31 * a + b is 31 * (a + 1) + (b - 31). */
    @Test
    void elementsWithTheSameHashCodeAreComparedQuickly() {
        List<Object> colliding = list(50_000, i -> List.of(i, -31 * i));

        assertThat(colliding.stream().map(Object::hashCode).distinct().count()).isEqualTo(1);
        assertThat(schema("{\"uniqueItems\":true}").problems(colliding)).isEmpty();
        assertThat(SchemaValidator.of(Map.of("items", Map.of("enum", colliding)))
                        .problems(colliding))
                .isEmpty();
        colliding.add(List.of(7, -217.0));
        assertThat(schema("{\"uniqueItems\":true}").problems(colliding))
                .containsExactly("[50000]: is a duplicate, but the elements must be unique");
    }

    @Test
    void uniqueElementsAtEachLevelAreBounded() {
        SchemaValidator schema = schema("{\"uniqueItems\":true,\"items\":{\"$ref\":\"#\"}}");

        assertThat(schema.problems(nested(190, list(50_000, i -> i)))).isEmpty();
        assertThat(schema("{\"enum\":[[]],\"items\":{\"$ref\":\"#\"}}").problems(nested(190, 1)))
                .isNotEmpty();
    }

    @Test
    void manyAlternativesForManyElementsAreBounded() {
        List<Object> alternatives = list(10_000, i -> Map.of("const", i, "type", "integer"));

        assertThat(SchemaValidator.of(Map.of("items", Map.of("anyOf", alternatives)))
                        .problems(list(10_000, i -> i)))
                .isEmpty();
        assertThat(SchemaValidator.of(Map.of("items", Map.of("oneOf", alternatives)))
                        .problems(list(10_000, i -> i)))
                .isEmpty();
        assertThat(SchemaValidator.of(Map.of("anyOf", alternatives)).problems(-1))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 50_000})
    void aChainOfReferencesIsBounded(int length) {
        Map<String, Object> chain = map(length, i -> "d" + i, i -> Map.of("$ref", "#/$defs/d" + (i + 1)));
        chain.put("d" + length, Map.of("type", "string"));
        SchemaValidator schema =
                SchemaValidator.of(Map.of("$defs", chain, "properties", Map.of("x", Map.of("$ref", "#/$defs/d0"))));

        assertThat(schema.problems(Map.of("x", "text"))).isEmpty();
        assertThat(schema.problems(Map.of("x", 1)).isEmpty()).isEqualTo(length > 100);
        assertThat(schema.pruned(Map.of("x", Map.of("a", 1)))).isEqualTo(Map.of("x", Map.of("a", 1)));
    }

    @Test
    void depthDoesNotExhaustASmallStack() throws Exception {
        Object deep = nested(50_000, 1);
        Object objects = 1;
        for (int i = 0; i < 50_000; i++) {
            objects = new LinkedHashMap<>(Map.of("a", objects));
        }
        Object deepObject = objects;
        SchemaValidator recursive = schema(
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":[{\"type\":\"null\"},{\"allOf\":["
                        + "{\"items\":{\"$ref\":\"#/$defs/a\"},\"uniqueItems\":true,\"additionalProperties\":{\"$ref\":\"#/$defs/a\"}}]}]}}}");
        SchemaValidator constant = SchemaValidator.of(Map.of("const", deep));
        CompletableFuture<List<String>> found = new CompletableFuture<>();

        new Thread(
                        null,
                        () -> {
                            try {
                                List<String> problems = new ArrayList<>(recursive.problems(deep));
                                problems.addAll(recursive.problems(deepObject));
                                problems.addAll(constant.problems(deep));
                                recursive.pruned(Map.of("a", deepObject));
                                found.complete(problems);
                            } catch (Throwable e) {
                                found.completeExceptionally(e);
                            }
                        },
                        "small stack",
                        512 << 10)
                .start();

        assertThat(found.get(30, TimeUnit.SECONDS)).isEmpty();
    }

    /** A path is created only for a reported problem, and only the shown part of it. */
    @Test
    void longNamesInDeepObjectsAreCheap() {
        Object value = list(100_000, i -> 1);
        for (int i = 0; i < 150; i++) {
            value = new LinkedHashMap<>(Map.of("n".repeat(4000) + i, value));
        }
        SchemaValidator schema = schema("{\"additionalProperties\":{\"$ref\":\"#\"},\"items\":{\"type\":\"string\"}}");

        assertThat(schema.problems(value)).hasSize(21).allMatch(problem -> problem.length() < 500);
    }

    @Test
    void problemsOfNestedAlternativesAreCreatedOnce() {
        SchemaValidator schema = schema(
                "{\"anyOf\":[{\"type\":\"string\"},"
                        + "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}},{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":1}]}");
        Object value = 1;
        for (int i = 0; i < 6; i++) {
            Object inner = value;
            value = list(8, j -> inner);
        }

        assertThat(schema.problems(value)).allMatch(problem -> problem.length() < 1000);
    }

    @Test
    void nestedConditionsAreBounded() {
        SchemaValidator conditions =
                schema("{\"if\":{\"items\":{\"$ref\":\"#\"}},\"then\":{\"items\":{\"$ref\":\"#\"}},"
                        + "\"else\":{\"items\":{\"$ref\":\"#\"}}}");
        SchemaValidator some = schema("{\"contains\":{\"$ref\":\"#\"},\"allOf\":[{\"contains\":{\"$ref\":\"#\"}}]}");

        assertThat(conditions.problems(nested(60, 1))).isEmpty();
        assertThat(some.problems(nested(60, 1))).isEmpty();
        assertThat(some.problems(nested(60, list(1000, i -> List.of()))))
                .isNotEmpty()
                .allMatch(problem -> problem.length() < 1000);
    }

    @Test
    void manyUnevaluatedPropertiesAreBounded() {
        Map<String, Object> value = map(50_000, i -> "p" + i, i -> i);
        Map<String, Object> properties = map(50_000, i -> "p" + i, i -> Map.of("type", "integer"));
        Map<String, Object> wrapped = Map.of("properties", properties);
        for (int i = 0; i < 100; i++) {
            wrapped = Map.of("anyOf", List.of(wrapped, Map.of("type", "null")));
        }
        Map<String, Object> nested = new LinkedHashMap<>(wrapped);
        nested.put("unevaluatedProperties", false);
        SchemaValidator flat = SchemaValidator.of(Map.of("properties", properties, "unevaluatedProperties", false));

        assertThat(flat.problems(value)).isEmpty();
        assertThat(SchemaValidator.of(nested).problems(value)).isEmpty();
        value.put("other", 1);
        assertThat(flat.problems(value)).containsExactly("other: is not a property of this object");
    }

    @Test
    void unevaluatedKeywordsAtEachLevelAreBounded() {
        SchemaValidator schema = schema("{\"anyOf\":[{\"items\":{\"$ref\":\"#\"}},{\"contains\":{\"$ref\":\"#\"}}],"
                + "\"unevaluatedItems\":{\"$ref\":\"#\"}}");

        assertThat(schema.problems(nested(60, list(1000, i -> i)))).isEmpty();
    }

    @Test
    void manyDynamicReferencesAndAnchorsAreBounded() {
        Map<String, Object> resources = map(
                5000,
                i -> "r" + i,
                i -> Map.of("$id", "https://example.com/" + i, "$dynamicAnchor", "a", "$dynamicRef", "#a"));
        SchemaValidator schema = SchemaValidator.of(Map.of(
                "$defs", resources, "items", Map.of("anyOf", list(5000, i -> Map.of("$ref", "#/$defs/r" + i)))));

        assertThat(schema.problems(list(1000, i -> i))).isEmpty();
    }
}
