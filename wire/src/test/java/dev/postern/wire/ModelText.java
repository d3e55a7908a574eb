package dev.postern.wire;

import dev.postern.CacheMark;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ResponseFormat;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Writes requests and failures as lines of a golden file. Requests with equal lines are equal. */
final class ModelText {
    private final List<String> lines = new ArrayList<>();

    private ModelText() {}

    static List<String> of(CompletionRequest request) {
        ModelText described = new ModelText();
        described.add("provider", request.backend());
        described.add("model", request.model());
        described.add("system", request.system());
        request.temperature().ifPresent(value -> described.lines.add("temperature " + value));
        request.maxTokens().ifPresent(value -> described.lines.add("max tokens " + value));
        request.topP().ifPresent(value -> described.lines.add("top p " + value));
        request.seed().ifPresent(value -> described.lines.add("seed " + value));
        request.presencePenalty().ifPresent(value -> described.lines.add("presence penalty " + value));
        request.frequencyPenalty().ifPresent(value -> described.lines.add("frequency penalty " + value));
        request.stop().forEach(value -> described.lines.add("stop " + Json.text(value)));
        described.add("reasoning effort", request.reasoningEffort());
        request.parallelToolCalls().ifPresent(value -> described.lines.add("parallel tool calls " + value));
        request.responseFormat().ifPresent(format -> described.lines.add(of(format)));
        request.messages().forEach(described::message);
        request.tools().forEach(described::tool);
        request.toolChoice().ifPresent(choice -> described.lines.add("tool choice " + of(choice)));
        if (!request.requestMetadata().isEmpty()) {
            described.lines.add("request metadata " + Json.text(request.requestMetadata()));
        }
        described.lines.add("metadata " + Json.text(request.notes()));
        described.lines.add("extra " + Json.text(request.extra()));
        return described.lines;
    }

    /** The properties of a failure, and its message. */
    static List<String> of(LlmException failure) {
        return List.of(
                "kind " + failure.kind(),
                "retryable " + failure.retryable(),
                "status " + failure.status().orElse(0),
                "code " + failure.code(),
                "model " + failure.model(),
                "retryAfter " + failure.retryAfter().map(Object::toString).orElse(""),
                "requestId " + failure.requestId(),
                "serverMessage " + failure.serverMessage(),
                "message " + failure.getMessage());
    }

    private void add(String name, String value) {
        if (!value.isEmpty()) {
            lines.add(name + " " + Json.text(value));
        }
    }

    private static String of(ResponseFormat format) {
        return format instanceof ResponseFormat.JsonSchema schema
                ? "format " + schema.name() + (schema.strict() ? " strict " : " ") + Json.text(schema.schema())
                : "format json object";
    }

    private void message(Message message) {
        lines.add("message " + message.role() + (message.name().isEmpty() ? "" : " of " + Json.text(message.name()))
                + of(message.cache()));
        message.parts().forEach(part -> part("  ", part));
    }

    private void part(String indent, Content part) {
        if (part instanceof Content.Text text) {
            lines.add(indent + "text " + Json.text(text.text()));
        } else if (part instanceof Content.Image image) {
            lines.add(indent + "image " + image.mediaType() + " data " + image.data() + " url " + image.url()
                    + (image.detail().isEmpty() ? "" : " detail " + image.detail()));
        } else if (part instanceof Content.Document document) {
            lines.add(indent + "document " + document.mediaType() + " name " + document.name() + " data "
                    + document.data() + (document.fileId().isEmpty() ? "" : " file id " + document.fileId()));
        } else if (part instanceof Content.Audio audio) {
            lines.add(indent + "audio " + audio.mediaType() + " data " + audio.data());
        } else if (part instanceof Content.Reasoning thought) {
            lines.add(indent + "reasoning " + Json.text(thought.text()) + " signature " + thought.signature()
                    + " redacted " + thought.redacted() + of(thought.providerData()));
        } else if (part instanceof ToolCall call) {
            lines.add(indent + "call " + call.id() + " " + call.name() + " " + Json.text(call.input())
                    + (call.malformedInput() ? " malformed" : "") + of(call.providerData()));
        } else if (part instanceof ToolResult result) {
            lines.add(indent + (result.isError() ? "failure of " : "result of ") + result.callId());
            result.content().forEach(inner -> part(indent + "  ", inner));
        }
    }

    private static String of(CacheMark mark) {
        return mark == CacheMark.NONE ? "" : " cached " + mark;
    }

    private static String of(ProviderData data) {
        return data.equals(ProviderData.NONE) ? "" : " for " + data.origin() + " " + Json.text(data.values());
    }

    private void tool(ToolDefinition tool) {
        lines.add("tool " + tool.name() + " " + Json.text(tool.description()) + " " + Json.text(tool.inputSchema())
                + (tool.strict() ? " strict" : "") + of(tool.cache()));
    }

    private static String of(ToolChoice choice) {
        return choice instanceof ToolChoice.Vendor vendor
                ? "vendor " + Json.text(vendor.value())
                : choice instanceof ToolChoice.Named named ? "named " + named.tool() : choice.toString();
    }
}
