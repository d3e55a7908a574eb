package dev.postern.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An enum: one of its names. Another spelling in upper and lower case is taken, if it can mean only one of them. */
final class EnumShape implements Shape {
    private final Map<String, Object> constants = new LinkedHashMap<>();
    private final Map<String, Object> schema;
    private final String wanted;

    /** {@code component} is what the component says of it, which wins over what the enum says of itself; may be empty. */
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
        wanted = "one of " + String.join(", ", constants.keySet());
    }

    /** A schema has no place for the descriptions of single values, so they go into the text. */
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
    public @Nullable Object read(@Nullable Object json, Place place) {
        if (!(json instanceof String text)) {
            place.misfit(wanted, json);
            return null;
        }
        Object exact = constants.get(text);
        if (exact != null) {
            return exact;
        }
        List<Object> alike = new ArrayList<>();
        constants.forEach((name, constant) -> {
            if (name.equalsIgnoreCase(text.strip())) {
                alike.add(constant);
            }
        });
        if (alike.size() == 1) {
            return alike.get(0);
        }
        place.wrongText(wanted, text);
        return null;
    }
}
