package dev.postern.testkit.project;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Formats events, parts, answers and failures for golden files. Texts and values are JSON. */
public final class GoldenText {
    private GoldenText() {}

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

    /** An answer: its model, stop reason, parts, usage and server info, each on one line. */
    public static List<String> lines(CompletionResponse answer) {
        List<String> lines = new ArrayList<>();
        lines.add("model " + answer.model());
        lines.add("stop " + answer.stopReason());
        answer.message().parts().forEach(part -> lines.add(of(part)));
        answer.usage().ifPresent(usage -> lines.add(of(usage)));
        lines.add("serverInfo " + Json.text(answer.serverInfo()));
        return lines;
    }

    /** A part of a message. */
    public static String of(Content part) {
        if (part instanceof Content.Text text) {
            return "text " + Json.text(text.text());
        }
        if (part instanceof Content.Reasoning thought) {
            return reasoning(
                    "reasoning", thought.text(), thought.signature(), thought.redacted(), thought.providerData());
        }
        if (part instanceof Content.Image image) {
            return "image " + (image.url().isEmpty() ? image.mediaType() + " " + image.data() : image.url())
                    + (image.detail().isEmpty() ? "" : " detail " + image.detail());
        }
        if (part instanceof Content.Document document) {
            return "document " + Json.text(document.name()) + " "
                    + (document.fileId().isEmpty()
                            ? document.mediaType() + " " + document.data()
                            : "file " + document.fileId());
        }
        if (part instanceof Content.Audio audio) {
            return "audio " + audio.mediaType() + " " + audio.data();
        }
        return part instanceof ToolCall call ? "tool-call " + of(call) : of((ToolResult) part);
    }

    private static String of(ToolResult result) {
        List<String> parts = result.content().stream().map(GoldenText::of).toList();
        return "tool-result " + result.callId() + (result.isError() ? " error" : "") + " " + parts;
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
                + failure.answer().map(GoldenText::paid).orElse("");
    }

    private static String paid(CompletionResponse answer) {
        List<String> lines = lines(answer);
        return " | paid for: " + String.join(", ", lines.subList(2, lines.size()));
    }
}
