package dev.postern.schema;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Java type without type variables.
 *
 * @param raw the class
 * @param arguments the type arguments, or the element type of an array; empty for a raw type
 */
record JavaType(Class<?> raw, List<JavaType> arguments) {

    /** Replaces type variables by the known types. */
    static JavaType of(Type type, Map<TypeVariable<?>, JavaType> known) {
        if (type instanceof Class<?> raw) {
            return new JavaType(raw, raw.isArray() ? List.of(of(raw.getComponentType(), known)) : List.of());
        }
        if (type instanceof ParameterizedType generic) {
            return new JavaType(
                    (Class<?>) generic.getRawType(),
                    Arrays.stream(generic.getActualTypeArguments())
                            .map(argument -> of(argument, known))
                            .toList());
        }
        if (type instanceof WildcardType wildcard) {
            Type[] lower = wildcard.getLowerBounds();
            return of(lower.length > 0 ? lower[0] : wildcard.getUpperBounds()[0], known);
        }
        if (type instanceof GenericArrayType array) {
            JavaType element = of(array.getGenericComponentType(), known);
            return new JavaType(element.raw().arrayType(), List.of(element));
        }
        JavaType argument = known.get(type);
        if (argument == null) {
            throw new IllegalArgumentException("the type argument " + type + " is unknown");
        }
        return argument;
    }

    /** The types of the type variables of this class. */
    Map<TypeVariable<?>, JavaType> variables() {
        TypeVariable<?>[] names = raw.getTypeParameters();
        Map<TypeVariable<?>, JavaType> known = new HashMap<>();
        for (int i = 0; i < names.length && i < arguments.size(); i++) {
            known.put(names[i], arguments.get(i));
        }
        return known;
    }

    /** A type argument; {@code Object} for a raw type. */
    JavaType argument(int index) {
        return index < arguments.size() ? arguments.get(index) : new JavaType(Object.class, List.of());
    }

    @Override
    public String toString() {
        if (raw.isArray() || arguments.isEmpty()) {
            return raw.getSimpleName();
        }
        return raw.getSimpleName()
                + arguments.stream().map(JavaType::toString).collect(Collectors.joining(", ", "<", ">"));
    }
}
