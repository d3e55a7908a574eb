package dev.postern.schema;

import dev.postern.LlmException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/** A way into records, also private ones; a module has to open itself to us for them. */
final class Access {
    private Access() {}

    /** The canonical constructor. */
    static Constructor<?> constructor(Class<?> type, Class<?>[] parameters) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            if (constructor.trySetAccessible()) {
                return constructor;
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " is a record without its constructor", e);
        }
        throw closed(type);
    }

    /** The method that gives a component's value. */
    static Method accessor(Class<?> type, RecordComponent component) {
        Method accessor = component.getAccessor();
        if (accessor.trySetAccessible()) {
            return accessor;
        }
        throw closed(type);
    }

    private static LlmException closed(Class<?> type) {
        Module ours = Access.class.getModule();
        return Shapes.failure("The record " + type.getName() + " cannot be reached; write \"opens "
                + type.getPackageName() + (ours.isNamed() ? " to " + ours.getName() : "")
                + ";\" into the module-info of "
                + type.getModule().getName());
    }
}
