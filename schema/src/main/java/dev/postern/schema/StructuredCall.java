package dev.postern.schema;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.flow.Fatal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One structured call: tries the modes in turn while the backend refuses them, and asks again once after an invalid
 * answer.
 */
final class StructuredCall<T extends Record> {
    private static final int MAX_REFUSAL_LENGTH = 200;

    private final LlmProvider llm;
    private final RecordType<T> type;
    private final String typeName;
    private final StructuredPrompt prompt;
    private final CompletableFuture<StructuredAnswer<T>> answer = new CompletableFuture<>();
    private final List<CompletionResponse> responses = new ArrayList<>();
    private StructuredMode mode = StructuredMode.FORMAT;

    /** The running request; set by one thread and cancelled by another. */
    private volatile @Nullable CompletableFuture<CompletionResponse> running;

    StructuredCall(LlmProvider llm, CompletionRequest request, RecordType<T> type, String typeName) {
        this.llm = llm;
        this.type = type;
        this.typeName = typeName;
        prompt = StructuredPrompt.of(request, typeName, type.schema());
    }

    CompletableFuture<StructuredAnswer<T>> start() {
        var unused = answer.whenComplete((done, thrown) -> cancel());
        send(prompt.first(mode));
        return answer;
    }

    private void send(CompletionRequest request) {
        if (answer.isDone()) { // cancelled before it was sent
            return;
        }
        CompletableFuture<CompletionResponse> next;
        try {
            next = Objects.requireNonNull(llm.completionsAsync(request), "the future is null");
        } catch (RuntimeException e) {
            next = CompletableFuture.failedFuture(e);
        }
        running = next;
        if (answer.isDone()) { // cancelled while it was sent
            next.cancel(true);
            return;
        }
        var unused = next.whenComplete((response, thrown) -> {
            try {
                if (thrown == null) {
                    answered(Objects.requireNonNull(response, "the answer is null"));
                } else if (Fatal.or(thrown, LlmException::of) instanceof LlmException failure) {
                    failed(failure);
                } else {
                    answer.completeExceptionally(
                            Fatal.in(thrown)); // an error of the virtual machine is passed on unchanged
                }
            } catch (Throwable e) { // thrown by a record's constructor or by a defect; otherwise it would be lost
                answer.completeExceptionally(e instanceof Error ? e : LlmException.of(e));
            }
        });
    }

    private void cancel() {
        CompletableFuture<CompletionResponse> current = running;
        if (current != null) {
            current.cancel(true); // no effect if it is done
        }
    }

    private void failed(LlmException failure) {
        boolean paid = failure.answer().isPresent(); // the backend accepted the mode; a second request would cost again
        if (responses.isEmpty() && !paid && mode.isRefusedBy(failure)) {
            mode = mode.next();
            send(prompt.first(mode));
        } else {
            answer.completeExceptionally(responses.isEmpty() ? failure : withTotalUsage(failure));
        }
    }

    /** The failure of the second request, with the usage of both requests. */
    private LlmException withTotalUsage(LlmException failure) {
        Usage before = totalUsage();
        Usage now = failure.usage().orElse(null);
        return failure.toBuilder()
                .usage(before == null || now == null ? (before == null ? now : before) : before.plus(now))
                .cause(failure)
                .build();
    }

    private void answered(CompletionResponse response) {
        responses.add(response);
        if (response.stopReason() == StopReason.CONTENT_FILTER) {
            throw refusal(response);
        }
        List<String> reasons = new ArrayList<>();
        T value = read(response, reasons);
        if (value != null) {
            answer.complete(new StructuredAnswer<>(value, responses));
            return;
        }
        String reason = reasons.isEmpty() ? "it has no JSON object" : reasons.get(reasons.size() - 1);
        if (response.stopReason() == StopReason.MAX_TOKENS) {
            throw failure(
                    response,
                    LlmException.Kind.PROTOCOL,
                    "The answer reached its token limit before the " + typeName + " was complete; raise maxTokens.");
        }
        if (responses.size() > 1) {
            throw failure(
                    response,
                    LlmException.Kind.PROTOCOL,
                    "The model's answer is not a valid " + typeName + ", even after a second request: " + reason + ".");
        }
        send(prompt.again(mode, response, reason));
    }

    /** The first valid object; null if there is none, with one reason for each object. */
    private @Nullable T read(CompletionResponse response, List<String> reasons) {
        for (Map<?, ?> object : objects(response)) {
            try {
                return type.read(named(object));
            } catch (LlmException e) {
                reasons.add(String.valueOf(e.getMessage()));
            }
        }
        return null;
    }

    /**
     * All objects in calls and text: some servers answer a format with a call, and some answer a tool choice with
     * text.
     */
    private static List<Map<?, ?>> objects(CompletionResponse response) {
        List<Map<?, ?>> objects = new ArrayList<>();
        for (ToolCall call : response.toolCalls()) {
            if (call.malformedInput()) {
                objects.addAll(JsonExtractor.objects(String.valueOf(call.input().get(ToolCall.RAW))));
            } else {
                objects.add(call.input());
            }
        }
        objects.addAll(JsonExtractor.objects(response.content()));
        return objects;
    }

    @SuppressWarnings("unchecked") // names in JSON are strings
    private static Map<String, ?> named(Map<?, ?> object) {
        return (Map<String, ?>) object;
    }

    private LlmException refusal(CompletionResponse response) {
        String text = response.content().strip();
        String shown = text.length() > MAX_REFUSAL_LENGTH ? text.substring(0, MAX_REFUSAL_LENGTH) + "…" : text;
        return failure(
                response,
                LlmException.Kind.CONTENT_FILTER,
                "The model, or the filter of its backend, refused to answer" + (shown.isEmpty() ? "." : ": " + shown));
    }

    private LlmException failure(CompletionResponse response, LlmException.Kind kind, String sentence) {
        return LlmException.builder(kind, sentence)
                .backend(llm.name())
                .model(response.model())
                .answer(response)
                .usage(totalUsage())
                .build();
    }

    /** The total usage of all responses; null if no server reported it. */
    private @Nullable Usage totalUsage() {
        return responses.stream()
                .flatMap(response -> response.usage().stream())
                .reduce(Usage::plus)
                .orElse(null);
    }
}
