package dev.postern.testkit.project;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.LinkedHashSet;
import java.util.Set;

/** The classes that the declaration of a type and its public and protected members name. */
final class ApiReferences {
    private final Set<Class<?>> classes = new LinkedHashSet<>();

    private ApiReferences() {}

    /** All classes that users of this type must know, without primitive types and arrays. */
    static Set<Class<?>> of(Class<?> type) {
        ApiReferences references = new ApiReferences();
        references.addVariables(type);
        if (type.getSuperclass() != null) {
            references.add(type.getGenericSuperclass());
        }
        references.addAll(type.getGenericInterfaces());
        for (Field field : type.getDeclaredFields()) {
            if (ApiText.isShown(field)) {
                references.add(field.getGenericType());
            }
        }
        for (Executable constructor : type.getDeclaredConstructors()) {
            references.addExecutable(constructor);
        }
        for (Method method : type.getDeclaredMethods()) {
            if (!method.isBridge()) {
                references.addExecutable(method);
            }
        }
        return references.classes;
    }

    private void addExecutable(Executable executable) {
        if (ApiText.isShown(executable)) {
            addVariables(executable);
            addAll(executable.getGenericParameterTypes());
            addAll(executable.getGenericExceptionTypes());
            if (executable instanceof Method method) {
                add(method.getGenericReturnType());
            }
        }
    }

    private void addVariables(GenericDeclaration declaration) {
        for (TypeVariable<?> variable : declaration.getTypeParameters()) {
            addAll(variable.getBounds());
        }
    }

    private void addAll(Type... types) {
        for (Type type : types) {
            add(type);
        }
    }

    /** Type variables are skipped: their bounds are read where they are declared. */
    private void add(Type type) {
        if (type instanceof Class<?> known) {
            if (known.isArray()) {
                add(known.getComponentType());
            } else if (!known.isPrimitive()) {
                classes.add(known);
            }
        } else if (type instanceof ParameterizedType generic) {
            add(generic.getRawType());
            addAll(generic.getActualTypeArguments());
        } else if (type instanceof GenericArrayType array) {
            add(array.getGenericComponentType());
        } else if (type instanceof WildcardType wildcard) {
            addAll(wildcard.getUpperBounds());
            addAll(wildcard.getLowerBounds());
        }
    }
}
