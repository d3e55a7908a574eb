package dev.postern.schema;

import dev.postern.LlmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The JSON mapping of a record: its schema, and the conversion between JSON values and the record. Immutable, and cached
 * for each class.
 *
 * <table>
 *   <caption>Supported types of components</caption>
 *   <tr><th>Java</th><th>JSON Schema</th></tr>
 *   <tr><td>{@code String}, {@code char}</td><td>string</td></tr>
 *   <tr><td>{@code int}, {@code long}, {@code short}, {@code byte}, their boxes, {@code BigInteger}</td><td>integer</td></tr>
 *   <tr><td>{@code double}, {@code float}, their boxes, {@code BigDecimal}, {@code Number}</td><td>number</td></tr>
 *   <tr><td>{@code boolean}</td><td>boolean</td></tr>
 *   <tr><td>an enum</td><td>string, one of its names</td></tr>
 *   <tr><td>{@code List}, {@code Set}, {@code Collection}, arrays</td><td>array</td></tr>
 *   <tr><td>{@code Map<String, X>}</td><td>object with any properties</td></tr>
 *   <tr><td>a record, also a generic one</td><td>object; not recursive, since some backends refuse that</td></tr>
 *   <tr><td>{@code Instant}, {@code OffsetDateTime}, {@code ZonedDateTime}, {@code OffsetTime}, {@code LocalDate}, {@code
 *   UUID}, {@code URI}</td><td>string with a format</td></tr>
 *   <tr><td>{@code LocalDateTime}, {@code LocalTime}, {@code Duration}, {@code Period}</td><td>string, described with an
 *   example: the JSON Schema formats require a zone, or allow values that the Java type cannot represent</td></tr>
 *   <tr><td>{@code Object}</td><td>any value</td></tr>
 * </table>
 *
 * <p>A component is required unless it is an {@code Optional}, {@code OptionalInt}, {@code OptionalLong} or {@code
 * OptionalDouble}, or has an annotation named {@code Nullable} with run-time retention; null then means absent. Properties
 * have the names and the order of the components; {@link Description} describes them. A record has the same schema in every
 * run.
 *
 * <p>Records can be private and nested. On the module path, a record that is not public in an exported package needs {@code
 * opens its.package to dev.postern.schema;}. A native image needs metadata for each record, see {@code docs/native-image.md}.
 *
 * @param <T> the type of the record
 */
public final class RecordType<T extends Record> {
    /** A {@code ClassValue} does not keep the class loader alive. */
    private static final ClassValue<RecordType<?>> KNOWN = new ClassValue<>() {
        @Override
        protected RecordType<?> computeValue(Class<?> type) {
            return new RecordType<>(type.asSubclass(Record.class));
        }
    };

    private final Class<T> type;
    private final RecordShape shape;

    private RecordType(Class<T> type) {
        this.type = type;
        shape = new Shapes().record(new JavaType(type, List.of()));
    }

    /**
     * The mapping of a record.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if a component has an unsupported type, or if a
     *     package must be opened; the message names it
     */
    @SuppressWarnings("unchecked") // computeValue creates the mapping of the same class
    public static <T extends Record> RecordType<T> of(Class<T> type) {
        if (!type.isRecord()) {
            throw Shapes.failure(type.getName() + " is not a record");
        }
        return (RecordType<T>) KNOWN.get(type);
    }

    /** The JSON Schema: an object without additional properties. Immutable, in the order of the components. */
    public Map<String, Object> schema() {
        return shape.schema();
    }

    /**
     * Reads the record from JSON values. Unknown properties are ignored. Common errors of models are accepted if they have
     * only one meaning: a number or boolean as text ({@code "3"}), a whole number with an empty fraction ({@code 3.0}), a
     * number instead of text, the name of an enum constant in another case, a list or object as JSON text, a space instead of
     * the {@code T} in a time. Fractions of a nanosecond are dropped.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if a value is invalid. The message lists all
     *     problems, each with its path, as in {@code stops[1].days: must be an integer, but is text}. The message of an
     *     exception of the record's constructor is a problem too
     */
    public T read(Map<String, ?> json) {
        Problems problems = new Problems();
        Object value = shape.read(Objects.requireNonNull(json, "json"), ValuePath.root(problems));
        if (value == null || problems.count() > 0) {
            throw new LlmException(LlmException.Kind.INVALID_REQUEST, String.join("; ", problems.list()));
        }
        return type.cast(value);
    }

    /**
     * Writes the record as JSON values, in the order of its components. Absent components are omitted; null in a component of
     * type {@code Object} is written. {@link #read} gives an equal record.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if a component has no JSON value, such as a
     *     number that is not finite; the message names the component
     */
    @SuppressWarnings("NullAway") // JSON values can be null
    public Map<String, Object> write(T value) {
        return PlainJson.ofRecord(value);
    }

    @Override
    public String toString() {
        return "RecordType[" + type.getSimpleName() + "]";
    }
}
