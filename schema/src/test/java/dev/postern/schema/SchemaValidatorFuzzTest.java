package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.postern.LlmException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/** Random schemas and values: a schema is refused with a path or it checks values, and nothing else is thrown. */
class SchemaValidatorFuzzTest {
    private static final int SCHEMAS = 300;

    private static final List<String> KEYWORDS = List.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "prefixItems",
            "enum",
            "const",
            "minimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "pattern",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
            "$ref",
            "$defs",
            "nullable",
            "patternProperties",
            "additionalItems",
            "if",
            "then",
            "contains",
            "dependentSchemas",
            "dependentRequired",
            "$id",
            "$anchor",
            "$schema",
            "format",
            "unknown",
            "else",
            "dependencies",
            "propertyNames",
            "minContains",
            "unevaluatedProperties",
            "unevaluatedItems",
            "$dynamicAnchor",
            "$dynamicRef");

    private static final List<String> WORDS = List.of(
            "a",
            "b",
            "string",
            "object",
            "array",
            "null",
            "#",
            "#/properties/a",
            "#/$defs/b",
            "#a",
            "b",
            "^a+$",
            "(a|b)*");

    @RepeatedTest(20)
    @Timeout(120)
    void aRandomSchemaIsRefusedOrChecks(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        int read = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            Map<String, Object> document = schema(random, 3);
            SchemaValidator schema;
            try {
                schema = SchemaValidator.of(document);
            } catch (LlmException e) {
                assertThat(e).hasMessageMatching("(?s)The JSON Schema is malformed: .+");
                continue;
            }
            read++;
            for (int j = 0; j < 5; j++) {
                Object value = value(random, 3);
                List<String> problems = schema.problems(value);

                assertThat(problems).allSatisfy(problem -> assertThat(problem).isNotBlank());
                assertThat(schema.problems(value)).isEqualTo(problems);
                if (value instanceof Map<?, ?> map) {
                    Map<String, Object> object = new LinkedHashMap<>();
                    map.forEach((name, field) -> object.put(String.valueOf(name), field));
                    assertThatCode(() -> schema.problems(schema.pruned(object))).doesNotThrowAnyException();
                }
            }
        }
        assertThat(read).isGreaterThan(SCHEMAS / 20);
    }

    /** An unknown keyword in each schema never adds a problem. */
    @RepeatedTest(20)
    @Timeout(120)
    void unknownKeywordsNeverMakeAValueInvalid(RepetitionInfo seed) {
        Random random = new Random(-seed.getCurrentRepetition());
        int compared = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            Map<String, Object> document = schema(random, 3);
            SchemaValidator plain;
            SchemaValidator marked;
            try {
                plain = SchemaValidator.of(document);
                marked = SchemaValidator.of(marked(document));
            } catch (LlmException e) {
                continue;
            }
            for (int j = 0; j < 20; j++) {
                Object value = value(random, 3);
                if (plain.problems(value).isEmpty()) {
                    compared++;
                    assertThat(marked.problems(value))
                            .as(document + " and " + value)
                            .isEmpty();
                }
            }
        }
        assertThat(compared).isGreaterThan(SCHEMAS / 2);
    }

    private static Map<String, Object> marked(Map<?, ?> schema) {
        Map<String, Object> marked = new LinkedHashMap<>();
        schema.forEach((keyword, operand) -> marked.put(
                String.valueOf(keyword),
                switch (String.valueOf(keyword)) {
                    case "enum", "const", "required", "dependentRequired", "unknown" -> operand;
                    case "properties", "$defs", "patternProperties", "dependentSchemas", "dependencies" -> {
                        Map<String, Object> named = new LinkedHashMap<>();
                        if (operand instanceof Map<?, ?> map) {
                            map.forEach((name, inner) -> named.put(String.valueOf(name), markedOperand(inner)));
                        }
                        yield operand instanceof Map<?, ?> ? named : operand;
                    }
                    default -> markedOperand(operand);
                }));
        marked.put("madeUp", 1);
        return marked;
    }

    private static Object markedOperand(Object operand) {
        if (operand instanceof List<?> list) {
            return list.stream().map(SchemaValidatorFuzzTest::markedOperand).toList();
        }
        return operand instanceof Map<?, ?> map ? marked(map) : operand;
    }

    private static Map<String, Object> schema(Random random, int depth) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String keyword = KEYWORDS.get(random.nextInt(KEYWORDS.size()));
            schema.put(keyword, random.nextInt(12) == 0 ? value(random, depth) : operand(keyword, random, depth));
        }
        return schema;
    }

    private static Object operand(String keyword, Random random, int depth) {
        return switch (keyword) {
            case "type" ->
                List.of("string", "integer", "number", "boolean", "object", "array", "null")
                        .subList(0, 1 + random.nextInt(7));
            case "properties", "$defs", "patternProperties", "dependentSchemas", "dependencies" ->
                Map.of("a", inner(random, depth), "b", inner(random, depth));
            case "required" -> List.of("a");
            case "dependentRequired" -> Map.of("a", List.of("b"));
            case "$id" -> random.nextBoolean() ? "https://example.com/" + random.nextInt(3) : "b";
            case "$anchor", "$dynamicAnchor", "format" -> "a";
            case "$schema" ->
                random.nextBoolean()
                        ? "https://json-schema.org/draft/2020-12/schema"
                        : "http://json-schema.org/draft-07/schema#";
            case "enum" -> List.of(1, "a", List.of());
            case "minimum", "exclusiveMaximum", "multipleOf" -> 1 + random.nextInt(3);
            case "minLength", "maxItems", "minProperties", "minContains" -> random.nextInt(3);
            case "pattern", "$ref", "$dynamicRef" -> WORDS.get(random.nextInt(WORDS.size()));
            case "uniqueItems", "nullable" -> random.nextBoolean();
            case "prefixItems", "anyOf", "oneOf", "allOf" -> List.of(inner(random, depth), inner(random, depth));
            default -> inner(random, depth);
        };
    }

    private static Object inner(Random random, int depth) {
        return depth == 0 ? Map.of() : random.nextInt(8) == 0 ? random.nextBoolean() : schema(random, depth - 1);
    }

    private static Object value(Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 6 : 9)) {
            case 0:
                return null;
            case 1:
                return random.nextBoolean();
            case 2:
                return random.nextInt(4);
            case 3:
                return random.nextGaussian();
            case 4:
                return new BigDecimal("1e" + random.nextInt());
            case 5:
                return WORDS.get(random.nextInt(WORDS.size()));
            case 6:
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                return list;
            default:
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(WORDS.get(random.nextInt(WORDS.size())), value(random, depth - 1));
                }
                return map;
        }
    }
}
