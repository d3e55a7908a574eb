package dev.postern.schema;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A description for the model; it becomes the {@code description} in the schema. It is allowed on a record, on a component
 * (where it replaces the description of the component's type), on an enum, and on an enum constant.
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
