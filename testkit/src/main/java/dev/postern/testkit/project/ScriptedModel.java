package dev.postern.testkit.project;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A provider that answers at once from a script, and records its requests. Thread-safe. */
public final class ScriptedModel implements LlmProvider {
    private final List<CompletionRequest> requests = new CopyOnWriteArrayList<>();
    private final Function<CompletionRequest, CompletionResponse> script;

    private ScriptedModel(Function<CompletionRequest, CompletionResponse> script) {
        this.script = script;
    }

    /** A model that computes each answer with this function. */
    public static ScriptedModel by(Function<CompletionRequest, CompletionResponse> script) {
        return new ScriptedModel(script);
    }

    /** A model with these answers in order; a further request fails. */
    public static ScriptedModel of(CompletionResponse... answers) {
        AtomicInteger next = new AtomicInteger();
        return by(request -> {
            int number = next.getAndIncrement();
            if (number >= answers.length) {
                throw new LlmException(LlmException.Kind.SERVER, "The script has no further answer.");
            }
            return answers[number];
        });
    }

    /** A model that calls a tool in every answer, without end, each time with another argument. */
    public static ScriptedModel endlessCalls(String tool) {
        AtomicInteger number = new AtomicInteger();
        return by(request -> {
            int n = number.incrementAndGet();
            return answer("step " + n, call("c" + n, tool, Map.of("n", n)));
        });
    }

    /** An answer with this text. */
    public static CompletionResponse text(String text) {
        return answer(text);
    }

    /** An answer with these tool calls. */
    public static CompletionResponse calls(ToolCall... calls) {
        return answer("", calls);
    }

    /** An answer with this text and these tool calls. */
    public static CompletionResponse answer(String text, ToolCall... calls) {
        return answer(null, text, calls);
    }

    /** An answer with this usage, this text and these tool calls. */
    public static CompletionResponse answer(@Nullable Usage usage, String text, ToolCall... calls) {
        List<Content> parts = new ArrayList<>();
        if (!text.isEmpty()) {
            parts.add(Content.text(text));
        }
        parts.addAll(Arrays.asList(calls));
        return CompletionResponse.builder()
                .content(parts)
                .stopReason(calls.length == 0 ? StopReason.END_TURN : StopReason.TOOL_USE)
                .usage(usage)
                .build();
    }

    /** A tool call. */
    public static ToolCall call(String id, String name, Map<String, ?> input) {
        return ToolCall.of(id, name, input);
    }

    /** A tool call without arguments. */
    public static ToolCall call(String id, String name) {
        return call(id, name, Map.of());
    }

    /** All requests so far. */
    public List<CompletionRequest> requests() {
        return requests;
    }

    /** The request with this number, starting at 0. */
    public CompletionRequest request(int number) {
        return requests.get(number);
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        requests.add(request);
        try {
            return CompletableFuture.completedFuture(script.apply(request));
        } catch (LlmException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
