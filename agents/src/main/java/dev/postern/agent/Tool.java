package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.schema.RecordType;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A function that the model can call, with its definition. Immutable. Agents can share a tool and call it in parallel,
 * so its function must be thread-safe.
 *
 * <p>The arguments are checked before the function is called. If they are invalid, the model gets an error that says
 * what is wrong, and the function does not run. Otherwise it runs exactly once and is never retried. Arguments that the
 * schema forbids with {@code additionalProperties: false}, as the schema of every record does, are dropped; all others
 * are passed to the function.
 *
 * <p>The return value becomes the result: a {@link String} unchanged; {@link dev.postern.Content} or a list of it
 * (text, images, documents) as its parts; a {@link ToolResult} with the id of the call; null, for functions without a
 * value, as {@value #DONE}; everything else (records, maps, lists, numbers, enums, times) as JSON. An exception is
 * logged with its stack trace and becomes an error result. It has the message of a {@link ToolException}; for any other
 * exception it has the name of the class, unless {@link AgentBuilder#toolFailures} is set.
 *
 * <p>A result's text is cut at {@value #DEFAULT_MAX_CHARACTERS} characters, with a mark at the end, because the model
 * reads all of it and it costs tokens. {@link #withMaxResult} changes this limit.
 */
public final class Tool {
    /** The text of a result for the value null. */
    public static final String DONE = "Done.";

    /** The default limit of a result's text, in characters. */
    public static final int DEFAULT_MAX_CHARACTERS = 262_144;

    private final ToolDefinition definition;
    private final ToolArguments<?> arguments;
    private final int maxCharacters;

    private Tool(ToolDefinition definition, ToolArguments<?> arguments, int maxCharacters) {
        this.definition = definition;
        this.arguments = arguments;
        this.maxCharacters = maxCharacters;
    }

    /**
     * Returns a tool with a function that may block. It runs on the agent's executor and is interrupted if the call
     * times out or the run is cancelled. A function that runs another agent uses {@link Agent#runAsync(AgentInput)} and
     * {@link #async(String, String, Class, Function) async}: the tools of the other run need threads of the same pool.
     *
     * @param name the name for the model; letters, digits, {@code _} and {@code -} work with every backend
     * @param description tells the model when to call it
     * @param arguments a record; its schema is that of {@link RecordType}
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if no schema can be made of the record
     */
    public static <A extends Record> Tool of(
            String name, String description, Class<A> arguments, Function<? super A, ?> function) {
        return of(name, description, arguments, ToolArguments.alone(function));
    }

    /**
     * The same as {@link #of(String, String, Class, Function)}, with a function that also gets the context of the call: who asks, and
     * the time that is left. A function that makes calls of its own puts it into their requests, so that they are part of the run.
     *
     * <pre>{@code
     * Tool.of("summarize", "Summarizes a text.", Text.class, (text, context) ->
     *         llm.completions(CompletionRequest.builder().user("Summarize: " + text.value()).context(context).build()).content())
     * }</pre>
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if no schema can be made of the record
     */
    public static <A extends Record> Tool of(
            String name,
            String description,
            Class<A> arguments,
            BiFunction<? super A, ? super CallContext, ?> function) {
        Objects.requireNonNull(function, "function");
        RecordType<A> type = RecordType.of(arguments);
        return new Tool(
                ToolDefinition.of(name, description, type.schema()),
                ToolArguments.of(type, function),
                DEFAULT_MAX_CHARACTERS);
    }

    /**
     * Returns a tool with a function that returns a stage. It runs on the agent's executor. The stage is cancelled if
     * the call times out or the run is cancelled.
     *
     * @param name the name for the model; letters, digits, {@code _} and {@code -} work with every backend
     * @param description tells the model when to call it
     * @param arguments a record; its schema is that of {@link RecordType}
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if no schema can be made of the record
     */
    public static <A extends Record> Tool async(
            String name,
            String description,
            Class<A> arguments,
            Function<? super A, ? extends CompletionStage<?>> function) {
        return of(name, description, arguments, later(ToolArguments.alone(function)));
    }

    /**
     * The same as {@link #async(String, String, Class, Function)}, with a function that also gets the context of the call; see {@link
     * #of(String, String, Class, BiFunction)}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if no schema can be made of the record
     */
    public static <A extends Record> Tool async(
            String name,
            String description,
            Class<A> arguments,
            BiFunction<? super A, ? super CallContext, ? extends CompletionStage<?>> function) {
        return of(name, description, arguments, later(function));
    }

    /**
     * The same as {@link #of(String, String, Class, Function)}, with your own schema. The function gets the arguments
     * as JSON values, checked by {@link dev.postern.schema.SchemaValidator}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is invalid
     */
    public static Tool of(ToolDefinition definition, Function<? super Map<String, Object>, ?> function) {
        return of(definition, ToolArguments.alone(function));
    }

    /**
     * The same as {@link #of(ToolDefinition, Function)}, with a function that also gets the context of the call; see {@link #of(String,
     * String, Class, BiFunction)}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is invalid
     */
    public static Tool of(
            ToolDefinition definition, BiFunction<? super Map<String, Object>, ? super CallContext, ?> function) {
        Objects.requireNonNull(function, "function");
        return new Tool(definition, ToolArguments.of(definition, function), DEFAULT_MAX_CHARACTERS);
    }

    /**
     * The same as {@link #async(String, String, Class, Function)}, with your own schema. The function gets the
     * arguments as JSON values, checked by {@link dev.postern.schema.SchemaValidator}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is invalid
     */
    public static Tool async(
            ToolDefinition definition, Function<? super Map<String, Object>, ? extends CompletionStage<?>> function) {
        return of(definition, later(ToolArguments.alone(function)));
    }

    /**
     * The same as {@link #async(ToolDefinition, Function)}, with a function that also gets the context of the call; see {@link
     * #of(String, String, Class, BiFunction)}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is invalid
     */
    public static Tool async(
            ToolDefinition definition,
            BiFunction<? super Map<String, Object>, ? super CallContext, ? extends CompletionStage<?>> function) {
        return of(definition, later(function));
    }

    /** Rejects null stages. {@link ToolExecution} waits for the stage. */
    private static <A> BiFunction<A, CallContext, CompletionStage<?>> later(
            BiFunction<? super A, ? super CallContext, ? extends CompletionStage<?>> function) {
        Objects.requireNonNull(function, "function");
        return (arguments, context) ->
                Objects.requireNonNull(function.apply(arguments, context), "an asynchronous tool must return a stage");
    }

    /** Returns a copy with another limit of the result's text, in characters, at least 1. */
    public Tool withMaxResult(int characters) {
        if (characters < 1) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "The limit of a tool's result must be at least 1 character.");
        }
        return new Tool(definition, arguments, characters);
    }

    /** Returns the name for the model. */
    public String name() {
        return definition.name();
    }

    /** Returns the definition that the model gets. */
    public ToolDefinition definition() {
        return definition;
    }

    /**
     * Runs the tool for one call, on the executor and at most once. Invalid arguments, exceptions and a full executor
     * become error results; only a {@link VirtualMachineError} fails the future. Cancelling or completing the future
     * prevents the function from running, interrupts it, or cancels its stage.
     *
     * @param context the context that the function gets
     * @param report gets how the function ended
     */
    CompletableFuture<ToolResult> call(
            ToolCall call, CallContext context, ToolFailures failures, ToolReport report, Executor executor) {
        return ToolExecution.start(this, call, context, failures, report, executor);
    }

    ToolArguments<?> arguments() {
        return arguments;
    }

    int maxCharacters() {
        return maxCharacters;
    }

    @Override
    public String toString() {
        return "Tool[" + name() + "]";
    }
}
