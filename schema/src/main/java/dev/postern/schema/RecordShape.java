package dev.postern.schema;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shape of a record: an object with a property for each component. */
final class RecordShape implements Shape {
    private final Constructor<?> constructor;
    private final List<Component> components;
    private final Map<String, Object> schema;

    private RecordShape(Class<?> type, Constructor<?> constructor, List<Component> components) {
        this.constructor = constructor;
        this.components = components;
        schema = described(type, components);
    }

    /** A component, with the representation of its absence. */
    private record Component(String name, Shape shape, Presence presence, String description) {
        Map<String, Object> schema() {
            if (description.isEmpty()) {
                return shape.schema();
            }
            Map<String, Object> described = new LinkedHashMap<>();
            Map<String, Object> plain = shape.schema();
            if (plain.containsKey("type")) {
                described.put("type", plain.get("type"));
            }
            String hint = shape.hint();
            described.put("description", hint.isEmpty() ? description : description + " (" + hint + ")");
            plain.forEach(described::putIfAbsent);
            return Collections.unmodifiableMap(described);
        }
    }

    static RecordShape of(JavaType type, Shapes shapes) {
        Class<?> raw = type.raw();
        RecordComponent[] parts = raw.getRecordComponents();
        List<Component> components = new ArrayList<>();
        for (RecordComponent part : parts) {
            String where = raw.getSimpleName() + "." + part.getName();
            JavaType declared;
            try {
                declared = JavaType.of(part.getGenericType(), type.variables());
            } catch (IllegalArgumentException e) {
                throw Shapes.failure(where + ": " + e.getMessage() + "; use " + raw.getSimpleName()
                        + " as a component of a record that specifies its type arguments");
            }
            Presence presence = Presence.of(part, declared.raw());
            Description annotation = part.getAnnotation(Description.class);
            String description = annotation == null ? "" : annotation.value();
            JavaType inner = presence.inner(declared);
            components.add(
                    inner.raw().isEnum()
                            ? new Component(
                                    part.getName(), Shapes.enumeration(inner.raw(), description, where), presence, "")
                            : new Component(part.getName(), shapes.of(inner, where), presence, description));
        }
        Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return new RecordShape(raw, RecordAccess.constructor(raw, types), List.copyOf(components));
    }

    private static Map<String, Object> described(Class<?> type, List<Component> components) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        Description description = type.getAnnotation(Description.class);
        if (description != null) {
            schema.put("description", description.value());
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        components.forEach(component -> properties.put(component.name(), component.schema()));
        schema.put("properties", Collections.unmodifiableMap(properties));
        List<String> required = components.stream()
                .filter(component -> component.presence() == Presence.REQUIRED)
                .map(Component::name)
                .toList();
        if (!required.isEmpty()) { // an empty list is an error in older drafts
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public Map<String, Object> schema() {
        return schema;
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        if (!(QuotedJson.unquoted(json, '{') instanceof Map<?, ?> map)) {
            path.mismatch("an object", json);
            return null;
        }
        int before = path.problems().count();
        @Nullable Object[] arguments = new @Nullable Object[components.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = read(components.get(i), map, path);
        }
        return path.problems().count() > before ? null : made(arguments, path);
    }

    private static @Nullable Object read(Component component, Map<?, ?> map, ValuePath path) {
        Object json = map.get(component.name());
        Presence presence = component.presence();
        if (json == null && presence != Presence.REQUIRED) {
            return presence.absent();
        }
        ValuePath here = path.property(component.name());
        if (json == null && !map.containsKey(component.name())) {
            here.problem("is missing");
            return null;
        }
        return presence.present(component.shape().read(json, here));
    }

    private @Nullable Object made(@Nullable Object[] arguments, ValuePath path) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            if (thrown instanceof Error error) {
                throw error;
            }
            String message = thrown == null ? null : thrown.getMessage();
            path.problem(
                    message != null && !message.isBlank()
                            ? message
                            : "was refused with "
                                    + (thrown == null ? e : thrown).getClass().getSimpleName());
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the constructor of the record cannot be called", e);
        }
    }
}
