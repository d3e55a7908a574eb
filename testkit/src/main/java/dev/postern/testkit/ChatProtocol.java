package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.StreamEvent.UsageReported;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completions. */
final class ChatProtocol implements WireProtocol {
    private static final String ID = "chatcmpl-1";

    @Override
    public String basePath() {
        return "/v1";
    }

    @Override
    public boolean wantsStream(WireRequest request) {
        return request.body().length > 0 && Boolean.TRUE.equals(request.json().get("stream"));
    }

    @Override
    public String model(WireRequest request) {
        return request.body().length == 0 ? "" : request.json().text("model");
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public byte[] whole(CompletionResponse answer) {
        Map<String, @Nullable Object> message =
                Fields.of("role", "assistant", "content", answer.content().isEmpty() ? null : answer.content());
        if (!answer.reasoning().isEmpty()) {
            message.put("reasoning_content", answer.reasoning());
        }
        if (!answer.toolCalls().isEmpty()) {
            List<Object> calls = new ArrayList<>();
            for (ToolCall call : answer.toolCalls()) {
                calls.add(Fields.of(
                        "id",
                        call.id(),
                        "type",
                        "function",
                        "function",
                        Fields.of("name", call.name(), "arguments", FakeAnswer.argumentsOf(call))));
            }
            message.put("tool_calls", calls);
        }
        Map<String, @Nullable Object> body = Fields.of(
                "id",
                ID,
                "object",
                "chat.completion",
                "created",
                0L,
                "model",
                answer.model(),
                "choices",
                List.of(Fields.of("index", 0L, "message", message, "finish_reason", reason(answer.stopReason()))));
        answer.usage().ifPresent(usage -> body.put("usage", usage(usage)));
        return Json.text(body).getBytes(UTF_8);
    }

    private static String reason(StopReason reason) {
        return switch (reason) {
            case END_TURN, STOP_SEQUENCE -> "stop";
            case TOOL_USE -> "tool_calls";
            case MAX_TOKENS -> "length";
            case CONTENT_FILTER -> "content_filter";
            case OTHER -> "other";
        };
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        Map<String, @Nullable Object> counts = Fields.of(
                "prompt_tokens",
                usage.inputTokens(),
                "completion_tokens",
                usage.outputTokens(),
                "total_tokens",
                usage.totalTokens());
        usage.cachedTokens()
                .ifPresent(cached -> counts.put("prompt_tokens_details", Fields.of("cached_tokens", cached)));
        usage.reasoningTokens()
                .ifPresent(count -> counts.put("completion_tokens_details", Fields.of("reasoning_tokens", count)));
        return counts;
    }

    @Override
    public byte[] error(int status, String message) {
        return Json.text(Fields.of("error", Fields.of("message", message, "type", "error", "code", null)))
                .getBytes(UTF_8);
    }

    @Override
    public List<String> errorHeaders(int status) {
        return List.of();
    }

    @Override
    public byte[] models(WireRequest request, List<String> models) {
        if (!request.method().equals("GET") || !request.path().endsWith("/models")) {
            return new byte[0];
        }
        List<Object> data = new ArrayList<>();
        models.forEach(model -> data.add(Fields.of("id", model, "object", "model")));
        return Json.text(Fields.of("object", "list", "data", data)).getBytes(UTF_8);
    }

    @Override
    public byte[] garbage() {
        return "data: {\"choices\":[{]\n\n".getBytes(UTF_8);
    }

    @Override
    public StreamWriter stream(String model) {
        return new Chunks(model);
    }

    private static final class Chunks implements StreamWriter {
        private final String model;
        private final List<String> calls = new ArrayList<>(); // the position is the index in the protocol
        private final List<String> withArguments = new ArrayList<>();

        Chunks(String model) {
            this.model = model;
        }

        @Override
        public byte[] opening() {
            return choice(Fields.of("role", "assistant", "content", ""), null);
        }

        @Override
        public byte[] event(StreamEvent event) {
            if (event instanceof ContentDelta text) {
                return choice(Fields.of("content", text.delta()), null);
            } else if (event instanceof ReasoningDelta thought) {
                return choice(Fields.of("reasoning_content", thought.delta()), null);
            } else if (event instanceof ToolCallStart call) {
                calls.add(call.id());
                return call(Fields.of(
                        "index",
                        calls.size() - 1L,
                        "id",
                        call.id(),
                        "type",
                        "function",
                        "function",
                        Fields.of("name", call.name(), "arguments", "")));
            } else if (event instanceof ToolCallDelta delta) {
                return arguments(delta.id(), delta.delta());
            } else if (event instanceof ToolCallComplete complete) {
                String id = complete.call().id();
                return withArguments.contains(id) // the protocol has no end of a call
                        ? new byte[0]
                        : arguments(id, FakeAnswer.argumentsOf(complete.call()));
            } else if (event instanceof MessageStop stop) {
                return choice(Fields.of(), reason(stop.stopReason()));
            }
            return chunk(List.of(), usage(((UsageReported) event).usage()));
        }

        private byte[] arguments(String id, String text) {
            withArguments.add(id);
            return call(Fields.of("index", (long) calls.indexOf(id), "function", Fields.of("arguments", text)));
        }

        private byte[] call(Map<String, @Nullable Object> call) {
            return choice(Fields.of("tool_calls", List.of(call)), null);
        }

        private byte[] choice(Map<String, @Nullable Object> delta, @Nullable String finishReason) {
            return chunk(List.of(Fields.of("index", 0L, "delta", delta, "finish_reason", finishReason)), null);
        }

        private byte[] chunk(List<?> choices, @Nullable Map<String, @Nullable Object> usage) {
            Map<String, @Nullable Object> chunk = Fields.of(
                    "id", ID, "object", "chat.completion.chunk", "created", 0L, "model", model, "choices", choices);
            if (usage != null) {
                chunk.put("usage", usage);
            }
            return ("data: " + Json.text(chunk) + "\n\n").getBytes(UTF_8);
        }

        @Override
        public byte[] ending() {
            return "data: [DONE]\n\n".getBytes(UTF_8);
        }
    }
}
