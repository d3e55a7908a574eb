package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shape of an enum: the name of a constant. Other letter case is accepted if it matches only one constant. */
final class EnumShape implements Shape {
    private final Map<String, Object> constants = new LinkedHashMap<>();
    private final Map<String, Object> schema;
    private final String expected;

    /**
     * {@code component} is the description of the component; it replaces the description of the enum, and can be
     * empty.
     */
    EnumShape(Class<?> type, String component) {
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("type", "string");
        Description whole = type.getAnnotation(Description.class);
        String description = describedAs(!component.isEmpty() || whole == null ? component : whole.value(), type);
        if (!description.isEmpty()) {
            described.put("description", description);
        }
        described.put("enum", List.copyOf(constants.keySet()));
        schema = Collections.unmodifiableMap(described);
        expected = "one of " + String.join(", ", constants.keySet());
    }

    /** The description with those of the constants, since JSON Schema has no descriptions of single values. */
    private String describedAs(String whole, Class<?> type) {
        List<String> lines = new ArrayList<>();
        if (!whole.isEmpty()) {
            lines.add(whole);
        }
        for (String name : constants.keySet()) {
            try {
                Description one = type.getField(name).getAnnotation(Description.class);
                if (one != null) {
                    lines.add(name + ": " + one.value());
                }
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("the constant " + name + " has no field", e);
            }
        }
        return String.join("\n", lines);
    }

    @Override
    public Map<String, Object> schema() {
        return schema;
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        if (!(json instanceof String text)) {
            path.mismatch(expected, json);
            return null;
        }
        Object exact = constants.get(text);
        if (exact != null) {
            return exact;
        }
        List<Object> matching = new ArrayList<>();
        constants.forEach((name, constant) -> {
            if (name.equalsIgnoreCase(text.strip())) {
                matching.add(constant);
            }
        });
        if (matching.size() == 1) {
            return matching.get(0);
        }
        path.invalidText(expected, text);
        return null;
    }
}
