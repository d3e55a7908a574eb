package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Amazon Bedrock's Converse. */
final class ConverseProtocol implements WireProtocol {

    @Override
    public String basePath() {
        return "";
    }

    @Override
    public boolean wantsStream(WireRequest request) {
        return request.path().endsWith("/converse-stream");
    }

    /** The path is {@code /model/MODEL/converse}. */
    @Override
    public String model(WireRequest request) {
        String[] parts = request.path().split("/", -1);
        return parts.length < 2 ? "" : URLDecoder.decode(parts[parts.length - 2], UTF_8);
    }

    @Override
    public String streamType() {
        return EventFrame.TYPE;
    }

    @Override
    public byte[] whole(CompletionResponse answer) {
        List<Object> blocks = new ArrayList<>();
        for (Content part : answer.message().parts()) {
            if (part instanceof Content.Text text) {
                blocks.add(Fields.of("text", text.text()));
            } else if (part instanceof Content.Reasoning thought) {
                blocks.add(Fields.of("reasoningContent", reasoning(thought)));
            } else if (part instanceof ToolCall call) {
                blocks.add(Fields.of(
                        "toolUse", Fields.of("toolUseId", call.id(), "name", call.name(), "input", call.input())));
            }
        }
        Map<String, @Nullable Object> body = Fields.of(
                "output",
                Fields.of("message", Fields.of("role", "assistant", "content", blocks)),
                "stopReason",
                reason(answer.stopReason()),
                "metrics",
                Fields.of("latencyMs", 1L));
        answer.usage().ifPresent(usage -> body.put("usage", usage(usage)));
        return Json.text(body).getBytes(UTF_8);
    }

    private static Map<String, @Nullable Object> reasoning(Content.Reasoning thought) {
        if (!thought.redacted().isEmpty()) {
            return Fields.of("redactedContent", thought.redacted());
        }
        Map<String, @Nullable Object> text = Fields.of("text", thought.text());
        if (!thought.signature().isEmpty()) {
            text.put("signature", thought.signature());
        }
        return Fields.of("reasoningText", text);
    }

    static String reason(StopReason reason) {
        return switch (reason) {
            case END_TURN -> "end_turn";
            case TOOL_USE -> "tool_use";
            case MAX_TOKENS -> "max_tokens";
            case STOP_SEQUENCE -> "stop_sequence";
            case CONTENT_FILTER -> "content_filtered";
            case OTHER -> "other";
        };
    }

    static Map<String, @Nullable Object> usage(Usage usage) {
        Map<String, @Nullable Object> counts = Fields.of(
                "inputTokens",
                usage.inputTokens(),
                "outputTokens",
                usage.outputTokens(),
                "totalTokens",
                usage.totalTokens());
        usage.cachedTokens().ifPresent(count -> counts.put("cacheReadInputTokens", count));
        usage.cacheWriteTokens().ifPresent(count -> counts.put("cacheWriteInputTokens", count));
        return counts;
    }

    @Override
    public byte[] error(int status, String message) {
        return Json.text(Fields.of("message", message)).getBytes(UTF_8);
    }

    @Override
    public List<String> errorHeaders(int status) {
        return List.of("x-amzn-ErrorType: "
                + switch (status) {
                    case 403 -> "AccessDeniedException";
                    case 404 -> "ResourceNotFoundException";
                    case 408 -> "ModelTimeoutException";
                    case 424 -> "ModelErrorException";
                    case 429 -> "ThrottlingException";
                    case 503 -> "ServiceUnavailableException";
                    default -> status < 500 ? "ValidationException" : "InternalServerException";
                });
    }

    @Override
    public byte[] models(WireRequest request, List<String> models) {
        boolean profiles = request.path().endsWith("/inference-profiles");
        if (!request.method().equals("GET") || !(profiles || request.path().endsWith("/foundation-models"))) {
            return new byte[0];
        }
        List<Object> summaries = new ArrayList<>();
        if (!profiles) {
            models.forEach(model -> summaries.add(Fields.of("modelId", model, "modelName", model)));
        }
        return Json.text(Fields.of(profiles ? "inferenceProfileSummaries" : "modelSummaries", summaries))
                .getBytes(UTF_8);
    }

    @Override
    public byte[] garbage() {
        return "this is no frame of an event stream, and its checksum is wrong".getBytes(UTF_8);
    }

    @Override
    public StreamWriter stream(String model) {
        return new ConverseFrames();
    }
}
