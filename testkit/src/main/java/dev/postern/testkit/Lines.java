package dev.postern.testkit;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Formats events, answers and failures for golden files: one per line, texts and values as JSON. */
public final class Lines {
    private Lines() {}

    /** An event. */
    public static String of(StreamEvent event) {
        if (event instanceof StreamEvent.ContentDelta text) {
            return "text " + Json.text(text.delta());
        }
        if (event instanceof StreamEvent.ReasoningDelta thought) {
            return reasoning(
                    "reasoning", thought.delta(), thought.signature(), thought.redacted(), thought.providerData());
        }
        if (event instanceof StreamEvent.ToolCallStart start) {
            return "tool-start " + start.id() + " " + start.name();
        }
        if (event instanceof StreamEvent.ToolCallDelta delta) {
            return "tool-delta " + delta.id() + " " + Json.text(delta.delta());
        }
        if (event instanceof StreamEvent.ToolCallComplete complete) {
            return "tool-complete " + of(complete.call());
        }
        if (event instanceof StreamEvent.MessageStop stop) {
            return "stop " + stop.stopReason() + " " + stop.model() + " " + Json.text(stop.serverInfo());
        }
        return of(((StreamEvent.UsageReported) event).usage());
    }

    /** An answer. */
    public static List<String> of(CompletionResponse answer) {
        List<String> lines = new ArrayList<>();
        lines.add("model " + answer.model());
        lines.add("stop " + answer.stopReason());
        answer.message().parts().forEach(part -> lines.add(of(part)));
        answer.usage().ifPresent(usage -> lines.add(of(usage)));
        lines.add("metadata " + Json.text(answer.serverInfo()));
        return lines;
    }

    private static String of(Content part) {
        if (part instanceof Content.Text text) {
            return "text " + Json.text(text.text());
        }
        if (part instanceof Content.Reasoning thought) {
            return reasoning(
                    "reasoning", thought.text(), thought.signature(), thought.redacted(), thought.providerData());
        }
        return "tool-call " + of((ToolCall) part);
    }

    private static String of(ToolCall call) {
        return call.id() + " " + call.name() + " " + Json.text(call.input())
                + (call.malformedInput() ? " malformed" : "") + of(call.providerData());
    }

    private static String reasoning(String what, String text, String signature, String redacted, ProviderData data) {
        return what + " " + Json.text(text) + (signature.isEmpty() ? "" : " signature " + signature)
                + (redacted.isEmpty() ? "" : " redacted " + redacted) + of(data);
    }

    private static String of(ProviderData data) {
        return data.isEmpty() ? "" : " for " + data.origin() + " " + Json.text(data.values());
    }

    private static String of(Usage usage) {
        return "usage input " + usage.inputTokens() + " output " + usage.outputTokens()
                + of(" cached ", usage.cachedTokens()) + of(" cache-write ", usage.cacheWriteTokens())
                + of(" reasoning ", usage.reasoningTokens());
    }

    private static String of(String name, OptionalLong count) {
        return count.isPresent() ? name + count.getAsLong() : "";
    }

    /** {@code error KIND status code: message}; an absent status or code is a dash. */
    public static String of(LlmException failure) {
        String status = failure.status().isPresent() ? "" + failure.status().getAsInt() : "-";
        String code = failure.code().isEmpty() ? "-" : failure.code();
        return "error " + failure.kind() + " " + status + " " + code + ": "
                + String.valueOf(failure.getMessage()).replace("\n", "\\n")
                + failure.answer().map(Lines::paid).orElse("");
    }

    private static String paid(CompletionResponse answer) {
        List<String> lines = of(answer);
        return " | paid for: " + String.join(", ", lines.subList(2, lines.size()));
    }
}
