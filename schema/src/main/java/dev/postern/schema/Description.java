package dev.postern.schema;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tells the model what something is; it becomes the {@code description} of the schema. Stands on a record, on a component
 * of one (where it wins over that of the component's type), on an enum or on one of its constants.
 *
 * <pre>{@code
 * record Weather(@Description("a city, without its country") String city, Optional<Unit> unit) {}
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Description {
    /** One or two sentences for the model. */
    String value();
}
