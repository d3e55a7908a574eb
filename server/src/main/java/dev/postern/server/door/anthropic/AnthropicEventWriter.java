package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.server.door.Origin;
import dev.postern.server.door.anthropic.Segment.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes the events of a stream as Anthropic's. Counts of tokens are known at the end only, so {@code message_start} has zeros and
 * {@code message_delta} has all. Not thread-safe.
 */
final class AnthropicEventWriter {
    private final CompletionRequest request;
    private final boolean thinking;
    private final String id;
    private final String model;
    private final Supplier<String> backend;
    private final BlockEvents blocks = new BlockEvents();
    private final Map<String, Segment> calls = new HashMap<>();
    private boolean begun;
    private boolean over;
    private Optional<MessageStop> stop = Optional.empty();
    private Optional<Usage> usage = Optional.empty();

    /**
     * Creates a writer for one stream.
     *
     * @param thinking whether the client wants to see the reasoning
     * @param id the id of the message
     * @param model the model as the client named it
     * @param backend supplies the backend that answers, from its first event on
     */
    AnthropicEventWriter(
            CompletionRequest request, boolean thinking, String id, String model, Supplier<String> backend) {
        this.request = request;
        this.thinking = thinking;
        this.id = id;
        this.model = model;
        this.backend = backend;
    }

    /** Writes an event; {@code out} gets frames of server-sent events. */
    void event(StreamEvent event, Consumer<byte[]> out) {
        begin(out);
        if (event instanceof StreamEvent.ContentDelta text) {
            blocks.lastOrNew(Kind.TEXT).append(text.delta());
        } else if (event instanceof StreamEvent.ReasoningDelta thought) {
            if (thinking) {
                reasoning(thought);
            }
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            var unused = call(start.id(), start.name());
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            Segment segment = calls.get(delta.id());
            if (segment != null) {
                segment.append(delta.delta());
            }
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            complete(complete.call());
        } else if (event instanceof MessageStop end) {
            stop = Optional.of(end);
        } else if (event instanceof StreamEvent.UsageReported reported) {
            usage = Optional.of(reported.usage());
        }
        blocks.write(out);
    }

    private void begin(Consumer<byte[]> out) {
        if (begun) {
            return;
        }
        begun = true;
        out.accept(EventFrames.of(
                "message_start",
                event -> event.object("message", message -> {
                    message.field("id", id)
                            .field("type", "message")
                            .field("role", "assistant")
                            .field("model", model)
                            .array("content", none -> {})
                            .nullField("stop_reason")
                            .nullField("stop_sequence");
                    AnthropicUsage.write(message, Optional.empty(), "", "");
                })));
    }

    private void reasoning(StreamEvent.ReasoningDelta thought) {
        boolean closes = !thought.signature().isEmpty()
                || !thought.redacted().isEmpty()
                || !thought.providerData().isEmpty();
        Optional<Segment> open = blocks.open(Kind.THINKING);
        if (!thought.delta().isEmpty() && open.isEmpty()) {
            Segment begins = blocks.lastOrNew(Kind.THINKING);
            begins.signature(Origin.pack(backend.get(), "", "", ProviderData.NONE));
            open = Optional.of(begins);
        }
        open.ifPresent(segment -> segment.append(thought.delta()));
        if (closes) {
            String packed = Origin.pack(backend.get(), thought.signature(), thought.redacted(), thought.providerData());
            if (open.isPresent()) {
                open.get().signature(packed);
                open.get().complete();
            } else {
                blocks.endText();
                blocks.add(Segment.redacted(packed));
            }
        }
    }

    private Segment call(String callId, String name) {
        blocks.endText();
        Segment segment = new Segment(Kind.CALL, callId, name);
        calls.put(callId, segment);
        blocks.add(segment);
        return segment;
    }

    private void complete(ToolCall call) {
        Segment begun = calls.get(call.id());
        Segment segment = begun == null ? call(call.id(), call.name()) : begun;
        String arguments =
                call.malformedInput() ? String.valueOf(call.input().get(ToolCall.RAW)) : Json.text(call.input());
        segment.complete(arguments);
        if (!call.providerData().isEmpty()) {
            blocks.endText();
            blocks.add(Segment.redacted(Origin.pack(backend.get(), call)));
        }
    }

    /** Writes the end of the message. Without an end of the backend's, nothing. */
    void end(Consumer<byte[]> out) {
        if (over || stop.isEmpty()) {
            return;
        }
        over = true;
        blocks.endAll();
        blocks.write(out);
        MessageStop end = stop.get();
        out.accept(EventFrames.of("message_delta", event -> {
            event.object(
                    "delta", delta -> StopReasons.write(delta, end.stopReason(), end.serverInfo(), request.stop()));
            AnthropicUsage.write(event, usage, backend.get(), end.model());
        }));
        out.accept(EventFrames.of("message_stop", none -> {}));
    }
}
