package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.ToolDefinition;
import dev.postern.schema.RecordType;
import dev.postern.schema.SchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts arguments for a function and binds them to it.
 *
 * @param reader converts JSON values, or throws an LlmException that lists the invalid ones
 * @param function the function of the tool
 */
record ToolArguments<A>(
        Function<Map<String, @Nullable Object>, A> reader, BiFunction<? super A, ? super CallContext, ?> function) {

    /** A function that needs no context. */
    static <A, R> BiFunction<A, CallContext, R> alone(Function<? super A, ? extends R> function) {
        Objects.requireNonNull(function, "function");
        return (arguments, context) -> function.apply(arguments);
    }

    static <A extends Record> ToolArguments<A> of(
            RecordType<A> type, BiFunction<? super A, ? super CallContext, ?> function) {
        return new ToolArguments<>(type::read, function);
    }

    static ToolArguments<Map<String, Object>> of(
            ToolDefinition definition, BiFunction<? super Map<String, Object>, ? super CallContext, ?> function) {
        SchemaValidator schema = SchemaValidator.of(definition.inputSchema());
        return new ToolArguments<>(
                json -> {
                    Map<String, Object> known = schema.pruned(json);
                    List<String> problems = schema.problems(known);
                    if (!problems.isEmpty()) {
                        throw new LlmException(LlmException.Kind.INVALID_REQUEST, String.join("; ", problems));
                    }
                    return known;
                },
                function);
    }

    /** Returns the function with its arguments. */
    BoundFunction read(Map<String, @Nullable Object> json, CallContext context) {
        A arguments = reader.apply(json);
        return () -> function.apply(arguments, context);
    }
}
