package dev.postern.schema;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema as tools have them, made ready to check values. Immutable.
 *
 * <p>It knows {@code type} (one or several), {@code nullable}, {@code enum}, {@code const}; {@code properties}, {@code
 * patternProperties}, {@code additionalProperties}, {@code required}, {@code minProperties}, {@code maxProperties}; {@code
 * items}, {@code prefixItems}, {@code minItems}, {@code maxItems}, {@code uniqueItems}; {@code minimum}, {@code maximum},
 * {@code exclusiveMinimum}, {@code exclusiveMaximum}, {@code multipleOf}; {@code minLength}, {@code maxLength}, {@code
 * pattern}; {@code allOf}, {@code anyOf}, {@code oneOf}, {@code not}; and {@code $ref} to a place in the same schema. {@code
 * format} and all other keywords are ignored.
 *
 * <p>Neither a schema nor a value can make a check run for ever. A {@code pattern} is read as JSON Schema recommends to
 * write it: characters, classes, groups, alternatives, repetitions and the anchors; its time grows with the length of the
 * text and no faster. One with look-around or back references is not checked.
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
     *     broken in it, each with its path, as in {@code properties.days.minimum: must be a number, but is text}
     */
    public static JsonSchema of(Map<String, ?> schema) {
        return new JsonSchema(SchemaReader.read(Objects.requireNonNull(schema, "schema")));
    }

    /**
     * What does not fit, each with its path, as in {@code stops[1].days: must be an integer, but is text}; empty if all
     * does. At most twenty of them, and then how many more there are.
     */
    public List<String> problems(@Nullable Object json) {
        Problems problems = new Problems();
        root.check(json, new Check(), Place.root(problems));
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
