package dev.postern.schema;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ToolChoice;
import java.util.concurrent.CompletableFuture;

/**
 * Structured answers: a model answers with a record.
 *
 * <pre>{@code
 * record Person(String name, int born, Optional<String> birthplace) {}
 *
 * Person ada = Structured.completions(llm, CompletionRequest.of("Who wrote the first program?"), Person.class);
 * }</pre>
 *
 * <p>The schema of the record replaces the response format of the request. If the backend refuses response formats, the
 * request asks for a tool call with the answer as its arguments. If the backend refuses this too, the schema goes into the
 * system prompt. Each refusal costs a request. A backend that can enforce the schema is asked to do so; optional components
 * are then required and nullable. Code fences and text around the JSON are ignored. An invalid answer is sent back to the
 * model once, with its problems.
 *
 * <p>A call fails with the failure of the backend, or with one of these: {@link LlmException.Kind#PROTOCOL} if the second
 * answer is invalid too, or if an answer reached its token limit ({@link LlmException#answer()} has the received part,
 * {@link LlmException#usage()} the usage of all requests); {@link LlmException.Kind#CONTENT_FILTER} if the model refuses to
 * answer; {@link LlmException.Kind#CONFIGURATION} if the record has no schema (see {@link RecordType}); {@link
 * LlmException.Kind#INVALID_REQUEST} if the request has tools that the model may call: use an agent for these.
 */
public final class Structured {
    private Structured() {}

    /**
     * Asks for a record and waits for the answer. An interrupt of the waiting thread cancels the call, which fails with {@link
     * LlmException.Kind#CANCELLED}.
     */
    public static <T extends Record> T completions(LlmProvider llm, CompletionRequest request, Class<T> answer) {
        return answer(llm, request, answer).value();
    }

    /** Asks for a record without waiting. Cancelling the future cancels the running request. */
    public static <T extends Record> CompletableFuture<T> completionsAsync(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        CompletableFuture<StructuredAnswer<T>> whole = answerAsync(llm, request, answer);
        CompletableFuture<T> value = new CompletableFuture<>();
        var unused = whole.whenComplete((done, thrown) -> {
            if (thrown == null) {
                value.complete(done.value());
            } else {
                value.completeExceptionally(thrown); // without the wrapper of a dependent stage
            }
        });
        var unusedToo = value.whenComplete((done, thrown) -> whole.cancel(true)); // no effect if it is done
        return value;
    }

    /** Asks for a record and waits, like {@link #completions}; the result also has the responses and their usage. */
    public static <T extends Record> StructuredAnswer<T> answer(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        return LlmProvider.await(answerAsync(llm, request, answer));
    }

    /**
     * Asks for a record with the responses and their usage, without waiting. Cancelling the future cancels the
     * running request.
     */
    public static <T extends Record> CompletableFuture<StructuredAnswer<T>> answerAsync(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        boolean mayCall = request.toolChoice().orElse(ToolChoice.AUTO) != ToolChoice.NONE;
        if (!request.tools().isEmpty() && mayCall) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "tools: a structured answer cannot call tools; remove them, or set the tool choice NONE.");
        }
        return new StructuredCall<>(llm, request, RecordType.of(answer), answer.getSimpleName()).start();
    }
}
