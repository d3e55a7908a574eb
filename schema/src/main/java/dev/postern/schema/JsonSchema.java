package dev.postern.schema;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema as tools have them, made ready to check values. Immutable.
 *
 * <p>Checked are {@code type} (one or several), {@code nullable}, {@code enum}, {@code const}; {@code properties}, {@code
 * patternProperties}, {@code additionalProperties}, {@code propertyNames}, {@code required}, {@code dependentRequired}, {@code
 * dependentSchemas}, {@code dependencies}, {@code minProperties}, {@code maxProperties}, {@code unevaluatedProperties}; {@code
 * items}, {@code prefixItems}, {@code contains}, {@code minContains}, {@code maxContains}, {@code minItems}, {@code maxItems},
 * {@code uniqueItems}, {@code unevaluatedItems}; {@code minimum}, {@code maximum}, {@code exclusiveMinimum}, {@code
 * exclusiveMaximum}, {@code multipleOf}; {@code minLength}, {@code maxLength}, {@code pattern}; {@code allOf}, {@code anyOf},
 * {@code oneOf}, {@code not}, {@code if}, {@code then}, {@code else}; and {@code $ref} and {@code $dynamicRef} to a place, an
 * {@code $anchor} or an {@code $id} in the same document, or in one that is handed in. The schema may be of draft 4 to 2020-12.
 * What stands beside {@code $ref}, and a {@code contains} beside {@code minContains}, is not checked where the schema does not
 * say of which draft it is, since the drafts differ about it.
 *
 * <p><b>What is not checked never refuses a value.</b> Not checked are {@code format} and all other keywords; a keyword that
 * the schema's own draft does not have; a condition, a dependency, {@code contains}, {@code propertyNames} or an unevaluated
 * keyword that is malformed; a reference to a document that is not handed in, since none is ever fetched; a {@code $schema}
 * that is not one of JSON Schema's own; and what is too much work. An alternative of {@code oneOf}, or a schema under {@code
 * not} or {@code if}, that was not checked whole may fit or not, and counts as whichever lets the value pass.
 *
 * <p><b>Neither a schema nor a value can make a check run for ever.</b> The work grows with the size of the value: each value
 * in it may cost some thirty looks at a rule, and two million are free. That is enough for schemas without alternatives in
 * alternatives. What is left then is not checked, and neither is what is deeper than 400 schemas in one another.
 *
 * <p>A {@code pattern} is a regular expression of ECMAScript, matched by code points: characters, classes, properties such as
 * <code>\p{Letter}</code>, groups, alternatives, repetitions and the anchors. Its time grows with the length of the text and no faster. One with
 * look-around, back references, or properties that the JDK does not know is not checked, nor is one that is longer than 4000
 * characters or has more than 20,000 steps when its repetitions are written out.
 */
public final class JsonSchema {
    private final SchemaNode root;

    private JsonSchema(SchemaNode root) {
        this.root = root;
    }

    /**
     * Reads a schema.
     *
     * @throws dev.postern.LlmException of kind {@link dev.postern.LlmException.Kind#INVALID_REQUEST} that lists what is
     *     malformed in it, each with its path, as in {@code properties.days.minimum: must be a number, but is text}
     */
    public static JsonSchema of(Map<String, ?> schema) {
        return of(schema, Map.of());
    }

    /**
     * Reads a schema that refers to other documents.
     *
     * @param schema the schema
     * @param documents the documents that {@code $ref} may lead to, by their absolute URI without a fragment. A reference to
     *     any other document is not checked
     * @throws dev.postern.LlmException as {@link #of(Map)}, also for what is malformed in a document that is referred to
     */
    public static JsonSchema of(Map<String, ?> schema, Map<String, ? extends Map<String, ?>> documents) {
        Objects.requireNonNull(schema, "schema");
        return new JsonSchema(SchemaReader.read(schema, Map.copyOf(documents)));
    }

    /**
     * What does not fit, each with its path, as in {@code stops[1].days: must be an integer, but is text}; empty if all
     * does. At most twenty of them, and then how many more there are.
     */
    public List<String> problems(@Nullable Object json) {
        Problems problems = new Problems();
        root.check(json, new Check(json), Place.root(problems));
        return problems.list();
    }

    /**
     * The object without the properties that the schema forbids. A property is dropped only where {@code
     * additionalProperties} is false, in the object's own schema, in one that it refers to or is composed of, or in each of
     * its alternatives, and if no keyword names it: {@code properties}, {@code patternProperties}, {@code required}, {@code
     * then}, {@code dependentSchemas} and so on, here or in a schema for the same object. Models invent arguments, and a
     * function that forbids them must not see them. The rest is left as it is, whether it fits or not.
     */
    public Map<String, @Nullable Object> pruned(Map<String, ?> json) {
        return Pruning.pruned(json, root);
    }
}
