package dev.postern.schema;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Validates JSON values against a JSON Schema. Immutable.
 *
 * <p>These keywords are checked: {@code type} (one or several), {@code nullable}, {@code enum}, {@code const}; {@code
 * properties}, {@code patternProperties}, {@code additionalProperties}, {@code propertyNames}, {@code required}, {@code
 * dependentRequired}, {@code dependentSchemas}, {@code dependencies}, {@code minProperties}, {@code maxProperties}, {@code
 * unevaluatedProperties}; {@code items}, {@code prefixItems}, {@code contains}, {@code minContains}, {@code maxContains},
 * {@code minItems}, {@code maxItems}, {@code uniqueItems}, {@code unevaluatedItems}; {@code minimum}, {@code maximum},
 * {@code exclusiveMinimum}, {@code exclusiveMaximum}, {@code multipleOf}; {@code minLength}, {@code maxLength}, {@code
 * pattern}; {@code allOf}, {@code anyOf}, {@code oneOf}, {@code not}, {@code if}, {@code then}, {@code else}; and {@code
 * $ref} and {@code $dynamicRef} to a JSON pointer, an {@code $anchor} or an {@code $id} in the same document or in a given
 * document. Drafts 4 to 2020-12 are supported. If the schema does not state its draft, keywords beside {@code $ref} and
 * {@code contains} beside {@code minContains} are not checked, since the drafts differ there.
 *
 * <p><b>A keyword that is not checked never makes a value invalid.</b> These are not checked: {@code format} and all other
 * keywords; a keyword that the draft of the schema does not have; a malformed condition, dependency, {@code contains}, {@code
 * propertyNames} or unevaluated keyword; a reference to a document that is not given, since documents are never fetched; a
 * schema whose {@code $schema} is not an official one; and parts beyond the limits below. If an alternative of {@code oneOf},
 * or a schema under {@code not} or {@code if}, was not checked completely, the validator assumes the result that makes the
 * value valid.
 *
 * <p><b>The time of a check is bounded</b>, for any schema and any value. The limit is two million steps, plus thirty for each
 * value inside the checked value; a step is the evaluation of one rule. Schemas without nested alternatives stay below this
 * limit. Parts beyond the limit are not checked, nor are schemas nested deeper than 400 levels.
 *
 * <p>A {@code pattern} is an ECMAScript regular expression that is matched by code points: characters, classes, properties
 * such as <code>\p{Letter}</code>, groups, alternatives, repetitions and anchors. The time is linear in the length of the
 * text. A pattern is not checked if it has look-around, back references or properties that the JDK does not know, if it is
 * longer than 4000 characters, or if it has more than 20,000 steps after its counted repetitions are expanded.
 */
public final class SchemaValidator {
    private final SchemaNode root;

    private SchemaValidator(SchemaNode root) {
        this.root = root;
    }

    /**
     * Reads a schema.
     *
     * @throws dev.postern.LlmException of kind {@link dev.postern.LlmException.Kind#INVALID_REQUEST} if the schema is
     *     malformed; the message lists each problem with its path, as in {@code properties.days.minimum: must be a number,
     *     but is text}
     */
    public static SchemaValidator of(Map<String, ?> schema) {
        return of(schema, Map.of());
    }

    /**
     * Reads a schema that refers to other documents.
     *
     * @param schema the schema
     * @param documents the documents for {@code $ref}, by their absolute URI without a fragment. A reference to any other
     *     document is not checked
     * @throws dev.postern.LlmException as {@link #of(Map)}, also if a referenced document is malformed
     */
    public static SchemaValidator of(Map<String, ?> schema, Map<String, ? extends Map<String, ?>> documents) {
        Objects.requireNonNull(schema, "schema");
        return new SchemaValidator(SchemaReader.read(schema, Map.copyOf(documents)));
    }

    /**
     * The problems of a value, each with its path, as in {@code stops[1].days: must be an integer, but is text}; empty if the
     * value is valid. The list has at most twenty problems; a further entry then gives the number of the others.
     */
    public List<String> problems(@Nullable Object json) {
        Problems problems = new Problems();
        root.check(json, new CheckContext(json), ValuePath.root(problems));
        return problems.list();
    }

    /**
     * Removes properties that the schema forbids, since models invent arguments. A property is removed only if {@code
     * additionalProperties} is false and no keyword names the property. {@code additionalProperties} can be in the object's
     * schema, in a referenced or {@code allOf} schema, or in all of its alternatives. The keywords are {@code properties},
     * {@code patternProperties}, {@code required}, {@code then}, {@code dependentSchemas} and so on, in all schemas for the
     * object. All other properties stay unchanged, valid or not.
     */
    public Map<String, @Nullable Object> pruned(Map<String, ?> json) {
        return Pruning.pruned(json, root);
    }
}
