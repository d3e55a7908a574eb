package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A backend that answers immediately by a rule, whole or as a stream. It records its requests. */
final class RuleBackend implements LlmProvider {
    final List<CompletionRequest> requests = new CopyOnWriteArrayList<>();
    private final String name;
    volatile Function<CompletionRequest, CompletionResponse> rule = request -> text("Hello");

    RuleBackend(String name) {
        this.name = name;
    }

    static CompletionResponse text(String text) {
        return answer(text);
    }

    static CompletionResponse answer(String text, ToolCall... calls) {
        List<Content> parts = new ArrayList<>(Arrays.asList(calls));
        if (!text.isEmpty()) {
            parts.add(0, Content.text(text));
        }
        return CompletionResponse.builder()
                .model("m")
                .content(parts)
                .stopReason(calls.length == 0 ? StopReason.END_TURN : StopReason.TOOL_USE)
                .usage(Usage.of(3, 2))
                .build();
    }

    static ToolCall call(String id, String tool, Map<String, ?> input) {
        return ToolCall.of(id, tool, input);
    }

    /** Answers with these calls, and with this text after their results. */
    void calls(String thenText, ToolCall... calls) {
        rule = request -> results(request).isEmpty() ? answer("", calls) : text(thenText);
    }

    /** The tool results at the end of a request. */
    static List<ToolResult> results(CompletionRequest request) {
        return last(request).toolResults();
    }

    static Message last(CompletionRequest request) {
        return request.messages().get(request.messages().size() - 1);
    }

    CompletionRequest request(int number) {
        return requests.get(number);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        requests.add(request);
        return CompletableFuture.supplyAsync(() -> rule.apply(request));
    }
}
