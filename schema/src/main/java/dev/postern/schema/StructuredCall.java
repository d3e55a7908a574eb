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

/** Asks for a record until there is one: way after way as the backend refuses them, and once more if it does not fit. */
final class StructuredCall<T extends Record> {
    private static final int LONGEST_REFUSAL = 200;

    private final LlmProvider llm;
    private final RecordType<T> type;
    private final String typeName;
    private final StructuredPrompt prompt;
    private final CompletableFuture<StructuredAnswer<T>> answer = new CompletableFuture<>();
    private final List<CompletionResponse> responses = new ArrayList<>();
    private StructuredWay way = StructuredWay.FORMAT;

    /** What is under way; set by one thread and cancelled by another. */
    private volatile @Nullable CompletableFuture<CompletionResponse> sent;

    StructuredCall(LlmProvider llm, CompletionRequest request, RecordType<T> type, String typeName) {
        this.llm = llm;
        this.type = type;
        this.typeName = typeName;
        prompt = StructuredPrompt.of(request, typeName, type.schema());
    }

    CompletableFuture<StructuredAnswer<T>> start() {
        var unused = answer.whenComplete((done, thrown) -> cancel());
        send(prompt.first(way));
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
        sent = next;
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
                    answer.completeExceptionally(Fatal.in(thrown)); // of the virtual machine: told as it is
                }
            } catch (Throwable e) { // of a record's constructor, or a defect: nobody else would say it
                answer.completeExceptionally(e instanceof Error ? e : LlmException.of(e));
            }
        });
    }

    private void cancel() {
        CompletableFuture<CompletionResponse> running = sent;
        if (running != null) {
            running.cancel(true); // no harm to one that is over
        }
    }

    private void failed(LlmException failure) {
        boolean paid = failure.answer().isPresent(); // then the backend took the way, and asking again would cost twice
        if (responses.isEmpty() && !paid && way.isRefusedBy(failure)) {
            way = way.next();
            send(prompt.first(way));
        } else {
            answer.completeExceptionally(responses.isEmpty() ? failure : withCost(failure));
        }
    }

    /** The failure of the second request, with what the first one cost as well. */
    private LlmException withCost(LlmException failure) {
        Usage before = cost();
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
        String reason = reasons.isEmpty() ? "there is no JSON object in it" : reasons.get(reasons.size() - 1);
        if (response.stopReason() == StopReason.MAX_TOKENS) {
            throw failure(
                    response,
                    LlmException.Kind.PROTOCOL,
                    "The answer was cut at its token limit before the " + typeName + " was whole; raise maxTokens.");
        }
        if (responses.size() > 1) {
            throw failure(
                    response,
                    LlmException.Kind.PROTOCOL,
                    "The model's answer is no " + typeName + ", not even when it was asked again: " + reason + ".");
        }
        send(prompt.again(way, response, reason));
    }

    /** The first object that fits; otherwise why they do not. */
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

    /** Some servers answer with a call where a format was asked for, and some with text where a call was. */
    private static List<Map<?, ?>> objects(CompletionResponse response) {
        List<Map<?, ?>> objects = new ArrayList<>();
        for (ToolCall call : response.toolCalls()) {
            if (call.malformedInput()) {
                objects.addAll(
                        StructuredText.objects(String.valueOf(call.input().get(ToolCall.RAW))));
            } else {
                objects.add(call.input());
            }
        }
        objects.addAll(StructuredText.objects(response.content()));
        return objects;
    }

    @SuppressWarnings("unchecked") // the names in JSON are text
    private static Map<String, ?> named(Map<?, ?> object) {
        return (Map<String, ?>) object;
    }

    private LlmException refusal(CompletionResponse response) {
        String text = response.content().strip();
        String said = text.length() > LONGEST_REFUSAL ? text.substring(0, LONGEST_REFUSAL) + "…" : text;
        return failure(
                response,
                LlmException.Kind.CONTENT_FILTER,
                "The model, or the filter of its backend, refused to answer" + (said.isEmpty() ? "." : ": " + said));
    }

    private LlmException failure(CompletionResponse response, LlmException.Kind kind, String sentence) {
        return LlmException.builder(kind, sentence)
                .backend(llm.name())
                .model(response.model())
                .answer(response)
                .usage(cost())
                .build();
    }

    /** What all responses cost together; null where no server said. */
    private @Nullable Usage cost() {
        return responses.stream()
                .flatMap(response -> response.usage().stream())
                .reduce(Usage::plus)
                .orElse(null);
    }
}
