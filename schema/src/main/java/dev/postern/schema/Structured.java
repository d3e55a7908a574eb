package dev.postern.schema;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ToolChoice;
import java.util.concurrent.CompletableFuture;

/**
 * Answers that are records.
 *
 * <pre>{@code
 * record Person(String name, int born, Optional<String> birthplace) {}
 *
 * Person ada = Structured.completions(llm, CompletionRequest.of("Who wrote the first program?"), Person.class);
 * }</pre>
 *
 * <p>The request's own response format is replaced by the record's schema. A backend that refuses response formats is
 * asked to call a tool with the answer as its arguments, and one that refuses that, too, is told the schema in words; each
 * such refusal costs a request. Where the backend can enforce the schema, it is asked to: components that may be absent are
 * required and may be null then. Fences and text around the JSON are ignored. An answer that does not fit is handed back
 * once, with what is wrong with it.
 *
 * <p>Failures are those of the backend, and these: {@link LlmException.Kind#PROTOCOL} if the second answer does not fit
 * either, or if an answer was cut at its token limit ({@link LlmException#answer()} has what came, {@link
 * LlmException#usage()} what it all cost); {@link LlmException.Kind#CONTENT_FILTER} if the model refuses to
 * answer; {@link LlmException.Kind#CONFIGURATION} if the record cannot be described (see {@link RecordType}); {@link
 * LlmException.Kind#INVALID_REQUEST} if the request offers tools that the model may call, since that is what an agent is
 * for.
 */
public final class Structured {
    private Structured() {}

    /**
     * The model's answer as a record; waits for it. Interrupting the waiting thread cancels the call, which fails with
     * {@link LlmException.Kind#CANCELLED}.
     */
    public static <T extends Record> T completions(LlmProvider llm, CompletionRequest request, Class<T> answer) {
        return answer(llm, request, answer).value();
    }

    /** The same without waiting; cancelling the future cancels the request that is under way. */
    public static <T extends Record> CompletableFuture<T> completionsAsync(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        CompletableFuture<StructuredAnswer<T>> whole = answerAsync(llm, request, answer);
        CompletableFuture<T> value = new CompletableFuture<>();
        var unused = whole.whenComplete((done, thrown) -> {
            if (thrown == null) {
                value.complete(done.value());
            } else {
                value.completeExceptionally(thrown); // bare, which a derived stage would wrap
            }
        });
        var unusedToo = value.whenComplete((done, thrown) -> whole.cancel(true)); // no harm to one that is over
        return value;
    }

    /** The record together with the model's responses and what they cost; waits as {@link #completions} does. */
    public static <T extends Record> StructuredAnswer<T> answer(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        return LlmProvider.await(answerAsync(llm, request, answer));
    }

    /** The same without waiting; cancelling the future cancels the request that is under way. */
    public static <T extends Record> CompletableFuture<StructuredAnswer<T>> answerAsync(
            LlmProvider llm, CompletionRequest request, Class<T> answer) {
        boolean mayCall = request.toolChoice().orElse(ToolChoice.AUTO) != ToolChoice.NONE;
        if (!request.tools().isEmpty() && mayCall) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "tools: a structured answer calls none; leave them out, or set the tool choice NONE.");
        }
        return new StructuredCall<>(llm, request, RecordType.of(answer), answer.getSimpleName()).start();
    }
}
