package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unchecked keywords make neither a value nor a schema invalid; checked keywords beside them are still checked. */
class UncheckedKeywordsTest {

    private static List<String> problems(String schema, String value) {
        @SuppressWarnings("unchecked")
        Map<String, Object> read = (Map<String, Object>) Json.parse(schema);
        return SchemaValidator.of(read).problems(Json.parse(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // oneOf with two alternatives that are not checked completely
                "{\"oneOf\":[{\"format\":\"date\"},{\"format\":\"time\"}]} | \"2026-01-31\"",
                "{\"oneOf\":[{\"type\":\"string\",\"format\":\"ipv4\"},{\"type\":\"string\",\"format\":\"ipv6\"}]} | \"::1\"",
                "{\"oneOf\":[{\"type\":\"integer\",\"format\":\"int32\"},{\"type\":\"integer\",\"format\":\"int64\"}]} | 5000000000",
                "{\"oneOf\":[{\"contains\":{\"const\":1}},{\"contains\":{\"const\":2}}]} | [2]",
                "{\"oneOf\":[{\"properties\":{\"a\":{\"format\":\"date\"}}},{\"properties\":{\"a\":{\"format\":\"time\"}}}]} | {\"a\":\"x\"}",
                "{\"oneOf\":[{\"if\":{\"const\":1},\"then\":false},{\"minimum\":0}]} | 1",
                "{\"oneOf\":[{\"dependentRequired\":{\"a\":[\"b\"]}},{\"required\":[\"a\"]}]} | {\"a\":1}",
                "{\"oneOf\":[{\"pattern\":\"(?=a)b\"},{\"pattern\":\"^a\"}]} | \"ab\"",
                "{\"oneOf\":[{\"pattern\":\"\\\\p{Extended_Pictographic}\"},{\"type\":\"string\"}]} | \"a\"",
                "{\"oneOf\":[{\"$ref\":\"https://example.com/a\"},{\"$ref\":\"https://example.com/b\"}]} | 1",
                "{\"oneOf\":[{\"madeUp\":1},{\"type\":\"integer\"}]} | 1",
                "{\"oneOf\":[{\"anyOf\":[{\"format\":\"date\"}]},{\"allOf\":[{\"format\":\"time\"}]}]} | \"x\"",
                "{\"oneOf\":[{\"not\":{\"format\":\"date\"}},{\"type\":\"string\"}]} | \"2026-01-31\"",
                "{\"oneOf\":[{\"patternProperties\":{\"(?=a)\":{\"type\":\"string\"}}},{\"required\":[\"a\"]}]} | {\"a\":1}",
                "{\"oneOf\":[{\"nullable\":true,\"type\":\"string\"},{\"nullable\":true,\"type\":\"integer\"}]} | null",
                // not with an unknown schema
                "{\"not\":{\"format\":\"date\"}} | \"tomorrow\"",
                "{\"not\":{\"type\":\"string\",\"format\":\"date\"}} | \"tomorrow\"",
                "{\"not\":{\"contains\":{\"const\":1}}} | [2]",
                "{\"not\":{\"contains\":{\"const\":1},\"minContains\":0}} | [2]",
                "{\"not\":{\"if\":{\"const\":1},\"then\":{\"const\":2}}} | 1",
                "{\"not\":{\"if\":{\"const\":1},\"else\":{\"const\":2}}} | 3",
                "{\"not\":{\"dependentSchemas\":{\"a\":{\"required\":[\"b\"]}}}} | {\"a\":1}",
                "{\"not\":{\"dependencies\":{\"a\":[\"b\"]}}} | {\"a\":1}",
                "{\"not\":{\"propertyNames\":{\"maxLength\":1}}} | {\"ab\":1}",
                "{\"not\":{\"unevaluatedProperties\":false}} | {\"a\":1}",
                "{\"not\":{\"unevaluatedItems\":false}} | [1]",
                "{\"not\":{\"pattern\":\"(?!a)\"}} | \"a\"",
                "{\"not\":{\"$ref\":\"other.json\"}} | 1",
                "{\"not\":{\"$dynamicRef\":\"#a\"}} | 1",
                "{\"not\":{\"$recursiveRef\":\"#\"}} | 1",
                "{\"not\":{\"madeUp\":true}} | 1",
                "{\"not\":{\"not\":{\"not\":{\"format\":\"date\"}}}} | \"x\"",
                "{\"not\":{\"items\":{\"format\":\"date\"}}} | [\"x\"]",
                "{\"not\":{\"additionalProperties\":{\"format\":\"date\"}}} | {\"a\":\"x\"}",
                "{\"not\":{\"nullable\":true,\"type\":\"string\"}} | null",
                "{\"not\":{\"$ref\":\"#/definitions/a\",\"maxLength\":1},\"definitions\":{\"a\":{}}} | \"ab\"",
                // a property whose pattern is not checked
                "{\"patternProperties\":{\"(?=x)\":{}},\"additionalProperties\":false} | {\"y\":1}",
                "{\"patternProperties\":{\"\\\\p{Emoji}\":{}},\"additionalProperties\":{\"type\":\"string\"}} | {\"y\":1}",
                // other vocabularies
                "{\"$schema\":\"https://example.com/mine\",\"minimum\":10,\"type\":\"number\"} | 1",
                "{\"$schema\":\"http://json-schema.org/draft-03/schema#\",\"type\":\"any\",\"disallow\":\"string\"} | 1",
                "{\"$defs\":{\"a\":{\"$id\":\"https://example.com/a\",\"$schema\":\"https://example.com/mine\",\"minimum\":10}},\"$ref\":\"#/$defs/a\"} | 1",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"prefixItems\":[{\"type\":\"string\"}]} | [1]",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/definitions/a\",\"maxItems\":1,\"definitions\":{\"a\":{}}} | [1,2]",
                "{\"$ref\":\"#/definitions/a\",\"maxItems\":1,\"definitions\":{\"a\":{\"type\":\"array\"}}} | [1,2]",
                "{\"properties\":{\"a\":{\"$ref\":\"#/definitions/a\",\"nullable\":true}},\"definitions\":{\"a\":{\"type\":\"array\"}}} | {\"a\":null}",
                // malformed inside an unchecked keyword
                "{\"if\":7,\"then\":{\"type\":\"text\"},\"else\":[]} | 1",
                "{\"dependentRequired\":7,\"dependentSchemas\":{\"a\":{\"minimum\":\"1\"}},\"dependencies\":[]} | {\"a\":1}",
                "{\"contains\":7,\"propertyNames\":7,\"unevaluatedProperties\":{\"type\":7}} | {\"a\":1}",
                "{\"format\":7,\"$dynamicRef\":7,\"$id\":7,\"$anchor\":7,\"$schema\":7,\"default\":7} | 1",
                "{\"$id\":\"not a uri %%\",\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"integer\"}}} | 1",
            })
    void uncheckedKeywordsNeverMakeAValueInvalid(String schema, String value) {
        assertThat(problems(schema, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"oneOf\":[{\"type\":\"string\",\"format\":\"date\"},{\"type\":\"string\",\"format\":\"time\"}]} | 1 | matches none of 2 alternatives; the closest: must be text, but is 1",
                "{\"oneOf\":[{\"type\":\"string\",\"format\":\"date\"},{\"type\":\"integer\"},{\"minimum\":0}]} | 1 | must match exactly one of 3 alternatives, but matches 2",
                "{\"oneOf\":[{\"title\":\"a\",\"x-a\":1},{\"description\":\"b\",\"default\":1,\"deprecated\":true}]} | 1 | must match exactly one of 2 alternatives, but matches 2",
                "{\"not\":{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":\"x\"}} | 1 |",
                "{\"not\":{\"contains\":{\"const\":1}}} | 1 | must not match the schema under \"not\"",
                "{\"not\":{\"format\":\"date\"}} | true | must not match the schema under \"not\"",
                "{\"not\":{\"if\":{\"const\":1}}} | 1 | must not match the schema under \"not\"",
                "{\"not\":{\"anyOf\":[{\"format\":\"date\"},{\"type\":\"string\"}]}} | \"x\" | must not match the schema under \"not\"",
                "{\"not\":{\"description\":\"anything\"}} | 1 | must not match the schema under \"not\"",
                "{\"allOf\":[{\"format\":\"date\",\"minLength\":2}]} | \"a\" | must have at least 2 characters, but has 1",
                "{\"anyOf\":[{\"format\":\"date\",\"minLength\":2}]} | \"a\" | matches none of 1 alternatives; the closest: must have at least 2 characters, but has 1",
                "{\"type\":\"string\",\"pattern\":\"(?=a)\"} | 1 | must be text, but is 1",
                "{\"patternProperties\":{\"(?=x)\":{}},\"required\":[\"z\"]} | {\"y\":1} | z: is missing",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"properties\":{\"a\":{\"$ref\":\"#/definitions/a\"}},\"definitions\":{\"a\":{\"type\":\"array\"}}} | {\"a\":1} | a: must be a list, but is 1",
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$ref\":\"#/$defs/a\",\"maxItems\":1,\"$defs\":{\"a\":{}}} | [1,2] | must have at most 1 elements, but has 2",
                "{\"$ref\":\"#/$defs/a\",\"maxItems\":1,\"$defs\":{\"a\":{}}} | [1,2] | must have at most 1 elements, but has 2",
            })
    void checkedKeywordsBesideThemAreChecked(String schema, String value, String problem) {
        if (problem == null) {
            assertThatThrownBy(() -> problems(schema, value)).hasMessageContaining("not.minimum: must be a number");
        } else {
            assertThat(problems(schema, value)).containsExactly(problem);
        }
    }

    private static final String TWO = "{\"minimum\":2}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"$ref\":\"#two\",\"$defs\":{\"a\":{\"$anchor\":\"two\",\"minimum\":2}}}",
                "{\"$ref\":\"#two\",\"$defs\":{\"a\":{\"$dynamicAnchor\":\"two\",\"minimum\":2}}}",
                "{\"$ref\":\"#two\",\"definitions\":{\"a\":{\"$id\":\"#two\",\"minimum\":2}}}",
                "{\"$ref\":\"two\",\"$defs\":{\"a\":{\"$id\":\"two\",\"minimum\":2}}}",
                "{\"$id\":\"https://a/b/c\",\"$ref\":\"two\",\"$defs\":{\"a\":{\"$id\":\"/b/two\",\"minimum\":2}}}",
                "{\"$id\":\"https://a/b/c\",\"$ref\":\"https://a/b/c#/$defs/a\",\"$defs\":{\"a\":{\"minimum\":2}}}",
                "{\"$id\":\"https://a/b/c\",\"allOf\":[{\"$ref\":\"d\"}],\"$defs\":{\"a\":{\"$id\":\"d\",\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"minimum\":2}}}}}",
                "{\"$id\":\"urn:example:a\",\"$ref\":\"urn:example:a#two\",\"$defs\":{\"a\":{\"$anchor\":\"two\",\"minimum\":2}}}",
                "{\"$ref\":\"#/madeUp/0/x\",\"madeUp\":[{\"x\":{\"minimum\":2}}]}",
                "{\"allOf\":[{\"$ref\":\"#/allOf/1\"},{\"minimum\":2}]}",
                "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"id\":\"http://a/b\",\"allOf\":[{\"$ref\":\"c\"}],\"definitions\":{\"c\":{\"id\":\"c\",\"minimum\":2}}}",
            })
    void aReferenceInTheDocumentIsResolved(String schema) {
        assertThat(problems(schema, "1")).contains("must be at least 2, but is 1");
        assertThat(problems(schema, "2")).isEmpty();
    }

    @Test
    void aReferenceWithoutTargetIsReported() {
        for (String reference : List.of("#/$defs/b", "#b", "#/$defs/a/minimum", "https://a/b#/c")) {
            assertThatThrownBy(() -> problems(
                            "{\"$id\":\"https://a/b\",\"$ref\":\"" + reference + "\",\"$defs\":{\"a\":" + TWO + "}}",
                            "1"))
                    .hasMessage("The JSON Schema is malformed: $ref: there is no schema at \"" + reference + "\".");
        }
    }

    /** This includes meta-schemas. */
    @Test
    void aReferenceToAnotherDocumentIsNotFetched() {
        for (String reference : List.of(
                "http://json-schema.org/draft-07/schema#",
                "https://127.0.0.1:1/x",
                "file:///etc/passwd",
                "other.json#/definitions/a",
                "//host/x",
                "::not a uri::")) {
            assertThat(problems(
                            "{\"properties\":{\"a\":{\"$ref\":\"" + reference + "\"},\"b\":{\"type\":\"integer\"}}}",
                            "{\"a\":1,\"b\":\"\"}"))
                    .containsExactly("b: must be an integer, but is text");
        }
    }

    @Test
    void booleansAreSchemas() {
        assertThat(problems("{\"properties\":{\"a\":true,\"b\":false}}", "{\"a\":1}"))
                .isEmpty();
        assertThat(problems("{\"properties\":{\"a\":true,\"b\":false}}", "{\"b\":1}"))
                .containsExactly("b: is not allowed");
        assertThat(problems("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":false}}", "1"))
                .containsExactly("is not allowed");
        assertThat(problems("{\"anyOf\":[false,true],\"not\":false,\"if\":true,\"then\":true,\"contains\":true}", "1"))
                .isEmpty();
        assertThat(problems("{\"anyOf\":[false,true],\"not\":false,\"if\":true,\"then\":false,\"contains\":true}", "1"))
                .containsExactly("is not allowed");
    }
}
