package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.config.names.Suggestion;
import dev.postern.spi.Settings;
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
 * Settings whose values are in a map. A {@link GatewayLoader} creates them from the sections of a file; tests of a {@link
 * dev.postern.spi.ProviderFactory} create them with {@link #of}. Not thread-safe.
 */
public final class MapSettings implements Settings {
    private final Map<String, @Nullable Object> values;
    private final SettingsPath at;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, MapSettings> sections = new LinkedHashMap<>();

    private MapSettings(Map<?, ?> values, SettingsPath at) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> copy.put(String.valueOf(key), value));
        this.values = Collections.unmodifiableMap(copy);
        this.at = at;
    }

    /** Creates settings from texts, numbers, booleans, lists and maps, by their keys. */
    public static MapSettings of(Map<String, ?> values) {
        return of(values, "", key -> "");
    }

    /**
     * Creates the settings of a section of a file.
     *
     * @param path the path of this section, such as {@code providers.llm}; empty for the whole file
     * @param place returns the text that precedes a path in an error, such as {@code gateway.yaml:12}; empty for none
     */
    static MapSettings of(Map<String, ?> values, String path, UnaryOperator<String> place) {
        return new MapSettings(values, new SettingsPath(path, place));
    }

    @Override
    public String path() {
        return at.path();
    }

    @Override
    public Set<String> keys() {
        return values.keySet();
    }

    @Override
    public boolean has(String key) {
        return value(key) != null;
    }

    @Override
    public boolean isSection(String key) {
        return value(key) instanceof Map;
    }

    @Override
    public boolean isList(String key) {
        return value(key) instanceof List;
    }

    @Override
    public String text(String key, String absent) {
        Object value = value(key);
        return value == null ? absent : textOf(key, value);
    }

    @Override
    public String required(String key) {
        if (!has(key)) {
            throw missing(key, "");
        }
        return text(key, "");
    }

    @Override
    public String secret(String key) {
        return text(key, "");
    }

    @Override
    public String oneOf(String key, Collection<String> known, String absent) {
        String name = text(key, "");
        return name.isEmpty() ? absent : at.known(key, name, known);
    }

    @Override
    public List<String> manyOf(String key, Collection<String> known) {
        List<String> names = texts(key);
        for (int i = 0; i < names.size(); i++) {
            at.known(isList(key) ? key + "[" + i + "]" : key, names.get(i), known);
        }
        return names;
    }

    @Override
    public int integer(String key, int absent, int least) {
        Object value = value(key);
        return value == null ? absent : (int) at.whole(key, value, least, Integer.MAX_VALUE);
    }

    @Override
    public long longInteger(String key, long absent, long least) {
        Object value = value(key);
        return value == null ? absent : at.whole(key, value, least, Long.MAX_VALUE);
    }

    @Override
    public double number(String key, double absent) {
        Object value = value(key);
        return value == null ? absent : at.number(key, value).doubleValue();
    }

    @Override
    public boolean bool(String key, boolean absent) {
        Object value = value(key);
        return value == null ? absent : at.truth(key, value);
    }

    @Override
    public Duration duration(String key, Duration absent) {
        Object value = value(key);
        return value == null ? absent : at.duration(key, value);
    }

    @Override
    public int size(String key, int absent) {
        Object value = value(key);
        return value == null ? absent : at.size(key, value);
    }

    @Override
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

    @Override
    public Map<String, String> textMap(String key) {
        MapSettings section = section(key);
        Map<String, String> texts = new LinkedHashMap<>();
        section.keys().forEach(name -> texts.put(name, section.text(name, "")));
        return Collections.unmodifiableMap(texts);
    }

    @Override
    public Map<String, @Nullable Object> object(String key) {
        MapSettings section = section(key);
        section.asked.addAll(section.values.keySet());
        return section.values;
    }

    @Override
    public MapSettings requiredSection(String key) {
        if (!has(key)) {
            throw missing(key, "");
        }
        return section(key);
    }

    @Override
    public MapSettings section(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Map)) {
            throw at.wrong(key, "a section with keys of its own", value);
        }
        Map<?, ?> inner = value == null ? Map.of() : (Map<?, ?>) value;
        return sections.computeIfAbsent(key, name -> new MapSettings(inner, at.inner(name)));
    }

    @Override
    public LlmException error(String key, String sentence) {
        return at.error(key, sentence);
    }

    @Override
    public LlmException missing(String key, String remedy) {
        return values.keySet().stream()
                .filter(other -> !asked.contains(other))
                .filter(other -> Suggestion.nearest(other, List.of(key)).isPresent())
                .findFirst()
                .map(other -> at.unknown(other, List.of(key)))
                .orElseGet(() -> error(key, "is missing" + remedy));
    }

    @Override
    public void refuseUnknown() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                throw at.unknown(key, asked);
            }
        }
        sections.values().forEach(MapSettings::refuseUnknown);
    }

    @Override
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
        throw at.wrong(key, value instanceof Boolean ? "text, in quotes" : "text", value);
    }

    /** The path and the keys; no value. */
    @Override
    public String toString() {
        return "Settings" + (at.path().isEmpty() ? "" : " " + at.path()) + values.keySet();
    }
}
