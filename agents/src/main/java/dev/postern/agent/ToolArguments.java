package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolDefinition;
import dev.postern.schema.RecordType;
import dev.postern.schema.SchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts arguments for a function and binds them to it.
 *
 * @param reader converts JSON values, or throws an LlmException that lists the invalid ones
 * @param function the function of the tool
 */
record ToolArguments<A>(Function<Map<String, @Nullable Object>, A> reader, Function<? super A, ?> function) {

    static <A extends Record> ToolArguments<A> of(RecordType<A> type, Function<? super A, ?> function) {
        return new ToolArguments<>(type::read, function);
    }

    static ToolArguments<Map<String, Object>> of(
            ToolDefinition definition, Function<? super Map<String, Object>, ?> function) {
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
    BoundFunction read(Map<String, @Nullable Object> json) {
        A arguments = reader.apply(json);
        return () -> function.apply(arguments);
    }
}
