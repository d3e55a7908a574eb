package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions, dependencies, {@code contains}, property names, unevaluated keywords and dynamic references. */
class DraftDependentKeywordsTest {

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
                "{\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]},\"else\":{\"required\":[\"c\"]}} | {\"a\":1} | b: is missing",
                "{\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]},\"else\":{\"required\":[\"c\"]}} | {} | c: is missing",
                "{\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]},\"else\":{\"required\":[\"c\"]}} | {\"a\":1,\"b\":1} |",
                "{\"then\":false,\"else\":false} | 1 |",
                "{\"dependentRequired\":{\"card\":[\"address\"]}} | {\"card\":1} | address: is missing, but is required together with \"card\"",
                "{\"dependentRequired\":{\"card\":[\"address\"]}} | {\"name\":1} |",
                "{\"dependencies\":{\"card\":[\"address\"]}} | {\"card\":1} | address: is missing, but is required together with \"card\"",
                "{\"dependencies\":{\"card\":{\"required\":[\"address\"]}}} | {\"card\":1} | address: is missing",
                "{\"dependentSchemas\":{\"card\":{\"properties\":{\"address\":{\"type\":\"string\"}}}}} | {\"card\":1,\"address\":2} | address: must be text, but is 2",
                "{\"propertyNames\":{\"maxLength\":2}} | {\"ab\":1,\"abc\":1} | abc: has an invalid name: the name must have at most 2 characters, but has 3",
                "{\"contains\":{\"const\":1}} | [3,2] | must have at least 1 elements that match \"contains\", but has 0; the closest of the others: [0]: must be 1, but is 3",
                "{\"contains\":{\"const\":1}} | [] | must have at least 1 elements that match \"contains\", but has 0",
                "{\"contains\":{\"const\":1}} | [3,1] |",
                "{\"$defs\":{},\"contains\":{\"const\":1},\"minContains\":2} | [1,2] | must have at least 2 elements that match \"contains\", but has 1; the closest of the others: [1]: must be 1, but is 2",
                "{\"$defs\":{},\"contains\":{\"const\":1},\"maxContains\":1} | [1,1] | must have at most 1 elements that match \"contains\", but has 2",
                "{\"$defs\":{},\"contains\":{\"const\":1},\"minContains\":0} | [] |",
                "{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false} | {\"a\":1,\"b\":2} | b: is not a property of this object",
                "{\"unevaluatedProperties\":{\"type\":\"string\"}} | {\"b\":2} | b: must be text, but is 2",
                "{\"allOf\":[{\"properties\":{\"a\":{}}}],\"unevaluatedProperties\":false} | {\"a\":1,\"b\":2} | b: is not a property of this object",
                "{\"anyOf\":[{\"properties\":{\"a\":{}}},{\"properties\":{\"b\":{\"type\":\"string\"}}}],\"unevaluatedProperties\":false} | {\"a\":1,\"b\":2} | b: is not a property of this object",
                "{\"anyOf\":[{\"properties\":{\"a\":{}}},{\"properties\":{\"b\":{}}}],\"unevaluatedProperties\":false} | {\"a\":1,\"b\":2} |",
                "{\"anyOf\":[{\"required\":[\"x\"],\"properties\":{\"a\":{}}}],\"unevaluatedProperties\":false} | {\"a\":1} | matches none of 1 alternatives; the closest: x: is missing",
                "{\"maxProperties\":1,\"unevaluatedProperties\":false,\"properties\":{\"a\":{}}} | {\"a\":1,\"b\":1} | must have at most 1 properties, but has 2",
                "{\"if\":{\"properties\":{\"a\":{\"const\":1}}},\"unevaluatedProperties\":false} | {\"a\":1} |",
                "{\"if\":{\"properties\":{\"a\":{\"const\":1}}},\"unevaluatedProperties\":false} | {\"a\":2} | a: is not a property of this object",
                "{\"additionalProperties\":true,\"unevaluatedProperties\":false} | {\"a\":2} |",
                "{\"allOf\":[{\"additionalProperties\":true}],\"unevaluatedProperties\":false} | {\"a\":2} |",
                "{\"patternProperties\":{\"^x\":{}},\"unevaluatedProperties\":false} | {\"xa\":2,\"y\":1} | y: is not a property of this object",
                "{\"dependentSchemas\":{\"a\":{\"properties\":{\"a\":{},\"b\":{}}}},\"unevaluatedProperties\":false} | {\"a\":2,\"b\":1} |",
                "{\"not\":{\"not\":{\"properties\":{\"a\":{}}}},\"unevaluatedProperties\":false} | {\"a\":1} | a: is not a property of this object",
                "{\"properties\":{\"a\":{\"properties\":{\"b\":{}}}},\"unevaluatedProperties\":false} | {\"a\":{\"c\":1}} |",
                "{\"allOf\":[{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}],\"properties\":{\"b\":{}}} | {\"a\":1,\"b\":1} | b: is not a property of this object",
                "{\"prefixItems\":[{}],\"unevaluatedItems\":false} | [1,2] | [1]: is not allowed",
                "{\"prefixItems\":[{}],\"contains\":{\"const\":3},\"unevaluatedItems\":false} | [1,3,2] | [2]: is not allowed",
                "{\"allOf\":[{\"items\":true}],\"unevaluatedItems\":false} | [1] |",
                "{\"unevaluatedItems\":{\"type\":\"string\"}} | [1] | [0]: must be text, but is 1",
            })
    void eachKeywordIsChecked(String schema, String value, String problem) {
        assertThat(problems(schema, value)).isEqualTo(problem == null ? List.of() : List.of(problem));
    }

    /** A part that was not checked can be valid or not, and can evaluate a property or not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"if\":{\"format\":\"date\"},\"then\":false} | \"x\"",
                "{\"if\":{\"format\":\"date\"},\"else\":false} | \"x\"",
                "{\"contains\":{\"format\":\"date\"}} | [\"x\"]",
                "{\"not\":{\"contains\":{\"format\":\"date\"}}} | [\"x\"]",
                "{\"$defs\":{},\"contains\":{\"format\":\"date\"},\"maxContains\":1} | [\"x\",\"y\"]",
                "{\"not\":{\"propertyNames\":{\"format\":\"date\"}}} | {\"a\":1}",
                "{\"anyOf\":[{\"properties\":{\"a\":{\"format\":\"date\"}}}],\"unevaluatedProperties\":false} | {\"a\":\"x\"}",
                "{\"if\":{\"format\":\"date\",\"properties\":{\"a\":{\"format\":\"date\"}}},\"then\":true,\"unevaluatedProperties\":false} | {\"a\":\"x\"}",
                "{\"patternProperties\":{\"(?=a)\":{}},\"unevaluatedProperties\":false} | {\"b\":1}",
                "{\"madeUp\":1,\"unevaluatedProperties\":false} | {\"b\":1}",
                "{\"contains\":{\"format\":\"date\"},\"unevaluatedItems\":false} | [\"x\"]",
                "{\"$ref\":\"https://example.com/x\",\"$defs\":{},\"unevaluatedProperties\":false} | {\"b\":1}",
                "{\"$dynamicRef\":\"https://example.com/x#a\",\"unevaluatedItems\":false} | [1]",
                "{\"$dynamicRef\":\"#a\"} | [1]",
                // not in this draft, or different between drafts
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"unevaluatedProperties\":false} | {\"a\":1}",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"dependentRequired\":{\"a\":[\"b\"]}} | {\"a\":1}",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"contains\":{\"const\":1},\"minContains\":0} | []",
                "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"if\":true,\"then\":false} | 1",
                "{\"$schema\":\"http://json-schema.org/draft-06/schema#\",\"if\":true,\"then\":false} | 1",
                "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"contains\":false} | [1]",
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"dependencies\":{\"a\":[\"b\"]}} | {\"a\":1}",
                // malformed: the keyword is not checked
                "{\"contains\":{\"type\":\"text\"}} | [1]",
                "{\"not\":{\"contains\":{\"type\":\"text\"}}} | [1]",
                "{\"$defs\":{},\"contains\":{\"const\":1},\"minContains\":\"2\"} | [1]",
                "{\"dependentRequired\":{\"a\":[\"b\",7]}} | {\"a\":1}",
                "{\"dependentRequired\":{\"a\":{\"required\":[\"b\"]}}} | {\"a\":1}",
                "{\"if\":{\"minimum\":\"1\"},\"then\":false} | 1",
                "{\"unevaluatedProperties\":7} | {\"a\":1}",
            })
    void unknownKeywordsNeverMakeAValueInvalid(String schema, String value) {
        assertThat(problems(schema, value)).isEmpty();
    }

    @Test
    void aDynamicReferenceRefersToTheOutermostSchemaOfItsName() {
        String tree = """
                {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/strict",
                "$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false,"$defs":{"tree":{"$id":"tree",
                "$dynamicAnchor":"node","properties":{"data":{"type":"integer"},"children":{"items":{"$dynamicRef":"#node"}}}}}}""";

        assertThat(problems(tree, "{\"children\":[{\"data\":1,\"children\":[{\"data\":2}]}]}"))
                .isEmpty();
        assertThat(problems(tree, "{\"children\":[{\"data\":1,\"children\":[{\"daat\":2}]}]}"))
                .containsExactly("children[0].children[0].daat: is not a property of this object");
    }

    @Test
    void aReferenceToAGivenDocumentIsResolved() {
        Map<String, Map<String, Object>> documents = Map.of(
                "https://example.com/types.json",
                object("{\"$defs\":{\"days\":{\"minimum\":1},\"city\":{\"$anchor\":\"city\",\"type\":\"string\"}}}"),
                "https://example.com/other.json",
                object("{\"$id\":\"https://example.com/renamed\",\"$ref\":\"types.json#city\"}"));
        SchemaValidator schema = SchemaValidator.of(
                object(
                        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$id\":\"https://example.com/trip\","
                                + "\"properties\":{\"days\":{\"$ref\":\"types.json#/$defs/days\"},"
                                + "\"from\":{\"$ref\":\"other.json\"},\"to\":{\"$ref\":\"renamed\"},\"via\":{\"$ref\":\"unknown.json\"}}}"),
                documents);

        assertThat(schema.problems(Json.parse("{\"days\":0,\"from\":1,\"to\":2,\"via\":3}")))
                .containsExactly(
                        "days: must be at least 1, but is 0",
                        "from: must be text, but is 1",
                        "to: must be text, but is 2");
    }

    @Test
    void aMissingTargetInAGivenDocumentIsReported() {
        Map<String, Map<String, Object>> documents = Map.of("https://example.com/a", object("{}"));

        assertThatThrownBy(() -> SchemaValidator.of(
                        object("{\"$ref\":\"https://example.com/a#/$defs/x\",\"$defs\":{\"x\":{}}}"), documents))
                .isInstanceOf(LlmException.class)
                .hasMessage(
                        "The JSON Schema is malformed: $ref: there is no schema at \"https://example.com/a#/$defs/x\".");
    }
}
