package dev.postern.agent;

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
import java.util.function.Function;

/**
 * A function that the model may call: what it is told of it, and what runs. Immutable; one tool may serve any number of
 * agents and calls at once, so its function must be thread-safe.
 *
 * <p>The arguments are checked before the function sees them. What does not fit goes back to the model as an error that
 * says what is wrong, and the function does not run. Otherwise it runs exactly once, whatever comes of it. Arguments that
 * the schema forbids with {@code additionalProperties: false}, as the schema of every record does, are dropped; all others
 * are passed on.
 *
 * <p>What the function returns becomes the result: a {@link String} as it is; {@link dev.postern.Content} or a list of it
 * (text, images, documents) as its parts; a {@link ToolResult} as it is, under the id of the call; null, for functions that
 * only do something, as {@value #DONE}; everything else as JSON: records, maps, lists, numbers, enums, times. What it throws is
 * logged with its stack and becomes an error result: with the message of a {@link ToolException}, and with the name of the
 * class of any other exception, unless {@link AgentBuilder#toolFailures} says otherwise.
 *
 * <p>A result's text is cut at {@value #DEFAULT_MAX_CHARACTERS} characters, with a mark at the end, unless {@link
 * #withMaxResult} says otherwise: a model has to read it all, and to be paid for it.
 */
public final class Tool {
    /** The text of a result where there is nothing to say. */
    public static final String DONE = "Done.";

    /** How long a result's text may be by default, in characters. */
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
     * A function that takes its time: it may block, and runs on a thread that the agent keeps for that. It is interrupted
     * if nobody waits for its result any more.
     *
     * @param name what the model calls it; letters, digits, {@code _} and {@code -} work with every backend
     * @param description tells the model when to call it
     * @param arguments a record; its schema is that of {@link RecordType}
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if the record cannot be described
     */
    public static <A extends Record> Tool of(
            String name, String description, Class<A> arguments, Function<? super A, ?> function) {
        Objects.requireNonNull(function, "function");
        RecordType<A> type = RecordType.of(arguments);
        return new Tool(
                ToolDefinition.of(name, description, type.schema()),
                ToolArguments.of(type, function),
                DEFAULT_MAX_CHARACTERS);
    }

    /**
     * A function that returns at once and finishes later. It is called on the same threads as one that blocks; its future is
     * cancelled if nobody waits for the result any more.
     *
     * @param name what the model calls it; letters, digits, {@code _} and {@code -} work with every backend
     * @param description tells the model when to call it
     * @param arguments a record; its schema is that of {@link RecordType}
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if the record cannot be described
     */
    public static <A extends Record> Tool async(
            String name,
            String description,
            Class<A> arguments,
            Function<? super A, ? extends CompletionStage<?>> function) {
        return of(name, description, arguments, later(function));
    }

    /**
     * The same as {@link #of(String, String, Class, Function)}, with a schema of one's own. The function gets the arguments
     * as JSON values, checked by {@link dev.postern.schema.JsonSchema}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is broken
     */
    public static Tool of(ToolDefinition definition, Function<? super Map<String, Object>, ?> function) {
        Objects.requireNonNull(function, "function");
        return new Tool(definition, ToolArguments.of(definition, function), DEFAULT_MAX_CHARACTERS);
    }

    /**
     * The same as {@link #async(String, String, Class, Function)}, with a schema of one's own. The function gets the
     * arguments as JSON values, checked by {@link dev.postern.schema.JsonSchema}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the schema is broken
     */
    public static Tool async(
            ToolDefinition definition, Function<? super Map<String, Object>, ? extends CompletionStage<?>> function) {
        return of(definition, later(function));
    }

    /** One way for both: a stage that a function returns is waited for, as {@link ToolRun} sees what it is. */
    private static <A> Function<A, CompletionStage<?>> later(
            Function<? super A, ? extends CompletionStage<?>> function) {
        Objects.requireNonNull(function, "function");
        return arguments ->
                Objects.requireNonNull(function.apply(arguments), "an asynchronous tool must return a stage");
    }

    /** This tool with another bound for the text of its results, in characters, at least 1. */
    public Tool withMaxResult(int characters) {
        if (characters < 1) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "The bound of a tool's result must be at least 1 character.");
        }
        return new Tool(definition, arguments, characters);
    }

    /** What the model calls it. */
    public String name() {
        return definition.name();
    }

    /** What the model is told of it. */
    public ToolDefinition definition() {
        return definition;
    }

    /**
     * Runs the tool for one call, on the executor and at most once. Never fails: what does not fit, throws or cannot be run
     * is a result that says so; but a {@link VirtualMachineError} fails the future, as nothing should go on after it.
     * Cancelling or completing the future keeps the function from running, or interrupts it, or cancels
     * its future.
     */
    CompletableFuture<ToolResult> call(ToolCall call, ToolFailures failures, Executor executor) {
        return ToolRun.start(this, call, failures, executor);
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
