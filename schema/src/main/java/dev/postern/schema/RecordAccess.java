package dev.postern.schema;

import dev.postern.LlmException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/** Reflective access to records, also private ones. Their module must open the package. */
final class RecordAccess {
    private RecordAccess() {}

    /** The canonical constructor. */
    static Constructor<?> constructor(Class<?> type, Class<?>[] parameters) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            if (constructor.trySetAccessible()) {
                return constructor;
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " is a record without a canonical constructor", e);
        }
        throw inaccessible(type);
    }

    /** The accessor of a component. */
    static Method accessor(Class<?> type, RecordComponent component) {
        Method accessor = component.getAccessor();
        if (accessor.trySetAccessible()) {
            return accessor;
        }
        throw inaccessible(type);
    }

    private static LlmException inaccessible(Class<?> type) {
        Module own = RecordAccess.class.getModule();
        return Shapes.failure("The record " + type.getName() + " is not accessible; add \"opens "
                + type.getPackageName() + (own.isNamed() ? " to " + own.getName() : "")
                + ";\" to the module-info of "
                + type.getModule().getName());
    }
}
