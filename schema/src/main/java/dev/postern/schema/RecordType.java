package dev.postern.schema;

import dev.postern.LlmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A record as JSON: its schema, and the way from JSON values to the record and back. Immutable; made once for each class.
 *
 * <table>
 *   <caption>What a component may be</caption>
 *   <tr><th>Java</th><th>JSON Schema</th></tr>
 *   <tr><td>{@code String}, {@code char}</td><td>string</td></tr>
 *   <tr><td>{@code int}, {@code long}, {@code short}, {@code byte}, their boxes, {@code BigInteger}</td><td>integer</td></tr>
 *   <tr><td>{@code double}, {@code float}, their boxes, {@code BigDecimal}, {@code Number}</td><td>number</td></tr>
 *   <tr><td>{@code boolean}</td><td>boolean</td></tr>
 *   <tr><td>an enum</td><td>string, one of its names</td></tr>
 *   <tr><td>{@code List}, {@code Set}, {@code Collection}, arrays</td><td>array</td></tr>
 *   <tr><td>{@code Map<String, X>}</td><td>object with any properties</td></tr>
 *   <tr><td>a record, also a generic one</td><td>object; not recursive, since not every backend takes that</td></tr>
 *   <tr><td>{@code Instant}, {@code OffsetDateTime}, {@code ZonedDateTime}, {@code OffsetTime}, {@code LocalDate}, {@code
 *   UUID}, {@code URI}</td><td>string with a format</td></tr>
 *   <tr><td>{@code LocalDateTime}, {@code LocalTime}, {@code Duration}, {@code Period}</td><td>string, described with an
 *   example: JSON Schema's formats of these names ask for a zone, or for what Java's type cannot hold</td></tr>
 *   <tr><td>{@code Object}</td><td>any value</td></tr>
 * </table>
 *
 * <p>A component is required unless it is an {@code Optional}, {@code OptionalInt}, {@code OptionalLong} or {@code
 * OptionalDouble}, or carries an annotation named {@code Nullable} that is there at run time; null counts as absent then.
 * Properties have the Java names, in the order of the components; {@link Description} explains them. The same record gives
 * the same schema in every run.
 *
 * <p>Records may be private and nested. On the module path, one that is not public in an exported package needs {@code opens
 * its.package to dev.postern.schema;}.
 *
 * @param <T> the record
 */
public final class RecordType<T extends Record> {
    /** Kept with the class itself, so it is no hold on its loader. */
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
     * The description of a record.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} that names the component which cannot be
     *     described, or the package that must be opened
     */
    @SuppressWarnings("unchecked") // computeValue makes that of its class
    public static <T extends Record> RecordType<T> of(Class<T> type) {
        if (!type.isRecord()) {
            throw Shapes.failure(type.getName() + " is no record");
        }
        return (RecordType<T>) KNOWN.get(type);
    }

    /** The JSON Schema: an object without any other properties. Immutable, and in the order of the components. */
    public Map<String, Object> schema() {
        return shape.schema();
    }

    /**
     * The record that JSON values stand for. Properties that it does not have are dropped. What models are known to get
     * wrong is taken where it can mean only one thing: a number or boolean as text ({@code "3"}), a whole number with an
     * empty fraction ({@code 3.0}), a number where text belongs, an enum's name in other letter case, a list or object
     * written as JSON text, a space instead of the {@code T} in a time. Of times, what is less than a nanosecond is dropped.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} whose message lists all that does not fit, each
     *     with its path, as in {@code stops[1].days: must be an integer, but is text}; also what the record's own
     *     constructor refuses, with the message of its exception
     */
    public T read(Map<String, ?> json) {
        Problems problems = new Problems();
        Object value = shape.read(Objects.requireNonNull(json, "json"), Place.root(problems));
        if (value == null || problems.count() > 0) {
            throw new LlmException(LlmException.Kind.INVALID_REQUEST, String.join("; ", problems.list()));
        }
        return type.cast(value);
    }

    /**
     * The record as JSON values, in the order of its components and without those that are absent (null is a value of a
     * component that may be any {@code Object}); {@link #read} makes an
     * equal one of them.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} that names a component which is no JSON, such
     *     as a number that is not finite
     */
    @SuppressWarnings("NullAway") // the values may be null, as those of all JSON
    public Map<String, Object> write(T value) {
        return PlainJson.ofRecord(value);
    }

    @Override
    public String toString() {
        return "RecordType[" + type.getSimpleName() + "]";
    }
}
