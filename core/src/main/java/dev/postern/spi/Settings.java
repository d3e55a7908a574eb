package dev.postern.spi;

import dev.postern.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration. A key that is absent, null or an empty text has the default that the caller passes. A
 * number or boolean may also be written as text, because variables are text.
 *
 * <p>An invalid value is an {@link LlmException} of kind {@link LlmException.Kind#CONFIGURATION} that names its place,
 * such as {@code gateway.yaml:12: providers.llm.backends.main.config.timeouts.idle: must be a duration such as 30s, but
 * is a list}. No value is shown, because it may be a secret.
 *
 * <p>A section records which keys were read; {@link #refuseUnknown} refuses the others. Not thread-safe.
 */
public final class Settings {
    private final Map<String, @Nullable Object> values;
    private final Spot spot;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, Settings> sections = new LinkedHashMap<>();

    private Settings(Map<?, ?> values, Spot spot) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> copy.put(String.valueOf(key), value));
        this.values = Collections.unmodifiableMap(copy);
        this.spot = spot;
    }

    /** Settings of a program or a test: texts, numbers, booleans, lists and maps. */
    public static Settings of(Map<String, ?> values) {
        return of(values, "", key -> "");
    }

    /**
     * Settings of a file.
     *
     * @param path the path of this section, such as {@code providers.llm}; empty for the whole file
     * @param place returns for a path the text before it in an error, such as {@code gateway.yaml:12}; empty for none
     */
    public static Settings of(Map<String, ?> values, String path, UnaryOperator<String> place) {
        return new Settings(values, new Spot(path, place));
    }

    /** The path of this section, such as {@code providers.llm}; empty for the top. */
    public String path() {
        return spot.path();
    }

    /**
     * All keys of this section in their order, for a section whose keys are chosen by the user. Does not count as
     * reading them.
     */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether the key has a value that is neither null nor an empty text. Counts as reading the key. */
    public boolean has(String key) {
        return value(key) != null;
    }

    /** Whether the key has a section as its value. Counts as reading the key. */
    public boolean isSection(String key) {
        return value(key) instanceof Map;
    }

    /** Whether the key has a list as its value. Counts as reading the key. */
    public boolean isList(String key) {
        return value(key) instanceof List;
    }

    /** A text, or a number as it is written. */
    public String text(String key, String absent) {
        Object value = value(key);
        return value == null ? absent : textOf(key, value);
    }

    /** A required text. */
    public String required(String key) {
        if (!has(key)) {
            throw missing(key, "");
        }
        return text(key, "");
    }

    /** A text that is a secret; empty if absent. */
    public String secret(String key) {
        return text(key, "");
    }

    /** One of the known names. */
    public String oneOf(String key, Collection<String> known, String absent) {
        String name = text(key, "");
        return name.isEmpty() ? absent : spot.known(key, name, known);
    }

    /** A list of the known names, which may be a single one; empty if absent. */
    public List<String> manyOf(String key, Collection<String> known) {
        List<String> names = texts(key);
        for (int i = 0; i < names.size(); i++) {
            spot.known(isList(key) ? key + "[" + i + "]" : key, names.get(i), known);
        }
        return names;
    }

    /** A whole number, at least {@code least}. */
    public int integer(String key, int absent, int least) {
        Object value = value(key);
        return value == null ? absent : (int) spot.whole(key, value, least, Integer.MAX_VALUE);
    }

    /** A whole number, at least {@code least}. */
    public long longInteger(String key, long absent, long least) {
        Object value = value(key);
        return value == null ? absent : spot.whole(key, value, least, Long.MAX_VALUE);
    }

    /** A number. */
    public double number(String key, double absent) {
        Object value = value(key);
        return value == null ? absent : spot.number(key, value).doubleValue();
    }

    /** True or false. */
    public boolean bool(String key, boolean absent) {
        Object value = value(key);
        return value == null ? absent : spot.truth(key, value);
    }

    /** A duration that is not negative: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, or a number of seconds. */
    public Duration duration(String key, Duration absent) {
        Object value = value(key);
        return value == null ? absent : spot.duration(key, value);
    }

    /**
     * A size in bytes, at least one: a number, or one with {@code k}, {@code MiB} and the like, which are powers of
     * 1024.
     */
    public int size(String key, int absent) {
        Object value = value(key);
        return value == null ? absent : spot.size(key, value);
    }

    /** A list of texts, which may be a single text; empty if absent. */
    public List<String> texts(String key) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            return List.of(textOf(key, value));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            texts.add(textOf(key + "[" + i + "]", list.get(i)));
        }
        return List.copyOf(texts);
    }

    /** A section of texts by names that the user chose; empty if absent. */
    public Map<String, String> textMap(String key) {
        Settings section = section(key);
        Map<String, String> texts = new LinkedHashMap<>();
        section.keys().forEach(name -> texts.put(name, section.text(name, "")));
        return Collections.unmodifiableMap(texts);
    }

    /**
     * A section as it stands, of texts, numbers, booleans, nulls, lists and maps, whose keys are the user's own; empty
     * if absent.
     */
    public Map<String, @Nullable Object> object(String key) {
        Settings section = section(key);
        section.asked.addAll(section.values.keySet());
        return section.values;
    }

    /** A required section. */
    public Settings requiredSection(String key) {
        if (!has(key)) {
            throw missing(key, "");
        }
        return section(key);
    }

    /** A section; an empty one if absent. */
    public Settings section(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Map)) {
            throw spot.wrong(key, "a section with keys of its own", value);
        }
        Map<?, ?> inner = value == null ? Map.of() : (Map<?, ?>) value;
        return sections.computeIfAbsent(key, name -> new Settings(inner, spot.inner(name)));
    }

    /** The failure that this key leads to; the sentence goes on after its path, as in {@code must be an address}. */
    public LlmException error(String key, String sentence) {
        return spot.error(key, sentence);
    }

    /**
     * The failure of a key that has to be there, with a remedy such as {@code ; choose a or b}; or of one nearly like
     * it.
     */
    public LlmException missing(String key, String remedy) {
        return values.keySet().stream()
                .filter(other -> !asked.contains(other))
                .filter(other -> Suggestion.nearest(other, List.of(key)).isPresent())
                .findFirst()
                .map(other -> spot.unknown(other, List.of(key)))
                .orElseGet(() -> error(key, "is missing" + remedy));
    }

    /**
     * Refuses all keys that were not read, in this section and in the sections that were read.
     *
     * @throws LlmException that names the key and the nearest known one
     */
    public void refuseUnknown() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                throw spot.unknown(key, asked);
            }
        }
        sections.values().forEach(Settings::refuseUnknown);
    }

    /** A text of others, such as the message of a failure, without any value of this section that it may quote. */
    public String withoutValues(String text) {
        return Redaction.of(values, text);
    }

    private @Nullable Object value(String key) {
        asked.add(key);
        Object value = values.get(key);
        return "".equals(value) ? null : value;
    }

    private String textOf(String key, @Nullable Object value) {
        if (value instanceof String || value instanceof Number) {
            return value.toString();
        }
        throw spot.wrong(key, value instanceof Boolean ? "text, in quotes" : "text", value);
    }

    /** The path and the keys; no value. */
    @Override
    public String toString() {
        return "Settings" + (spot.path().isEmpty() ? "" : " " + spot.path()) + values.keySet();
    }
}
