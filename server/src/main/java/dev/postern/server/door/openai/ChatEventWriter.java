package dev.postern.server.door.openai;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.door.Origin;
import dev.postern.wire.EventWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes the events of a stream as chunks: pieces of text, reasoning and arguments as they come, then the finish reason, then the counts of
 * tokens if the client asked for them, then {@code [DONE]}. Not thread-safe.
 */
final class ChatEventWriter {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final ChatHead head;
    private final boolean withUsage;
    private final boolean functions;
    private final Supplier<String> backend;
    private final Map<String, OpenCall> calls = new LinkedHashMap<>();
    private boolean begun;
    private Optional<MessageStop> stop = Optional.empty();
    private Optional<Usage> usage = Optional.empty();

    /** A call of the answer: its place, and whether arguments of it were sent. */
    private static final class OpenCall {
        final int index;
        boolean hasArguments;

        OpenCall(int index) {
            this.index = index;
        }
    }

    /**
     * Creates a writer for one stream.
     *
     * @param head what is the same in all chunks
     * @param withUsage whether the client wants the counts of tokens
     * @param functions whether the client uses the legacy functions
     * @param backend supplies the backend that answers, from its first event on
     */
    ChatEventWriter(ChatHead head, boolean withUsage, boolean functions, Supplier<String> backend) {
        this.head = head;
        this.withUsage = withUsage;
        this.functions = functions;
        this.backend = backend;
    }

    /** Writes an event; {@code out} gets the data of server-sent events. */
    void event(StreamEvent event, Consumer<byte[]> out) {
        if (!begun) {
            begun = true;
            out.accept(delta(it -> it.field("role", "assistant").field("content", "")));
        }
        if (event instanceof StreamEvent.ContentDelta text) {
            if (!text.delta().isEmpty()) {
                out.accept(delta(it -> it.field("content", text.delta())));
            }
        } else if (event instanceof StreamEvent.ReasoningDelta thought) {
            reasoning(thought, out);
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            start(start.id(), start.name(), out);
        } else if (event instanceof StreamEvent.ToolCallDelta piece) {
            OpenCall call = calls.get(piece.id());
            if (call != null && !piece.delta().isEmpty()) {
                call.hasArguments = true;
                arguments(call, piece.delta(), out);
            }
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            complete(complete.call(), out);
        } else if (event instanceof MessageStop end) {
            stop = Optional.of(end);
        } else if (event instanceof StreamEvent.UsageReported reported) {
            usage = Optional.of(reported.usage());
        }
    }

    private void reasoning(StreamEvent.ReasoningDelta thought, Consumer<byte[]> out) {
        if (!thought.delta().isEmpty()) {
            out.accept(delta(it -> it.field(Reasoning.TEXT, thought.delta())));
        }
        if (!(thought.signature().isEmpty()
                && thought.redacted().isEmpty()
                && thought.providerData().isEmpty())) {
            String packed = Origin.pack(backend.get(), thought.signature(), thought.redacted(), thought.providerData());
            out.accept(delta(it -> it.array(
                    Reasoning.DETAILS,
                    details -> details.object(
                            one -> one.field("type", "reasoning.text").field(Reasoning.PACKED, packed)))));
        }
    }

    private OpenCall start(String id, String name, Consumer<byte[]> out) {
        OpenCall call = new OpenCall(calls.size());
        calls.put(id, call);
        if (!functions) {
            out.accept(call(
                    call.index,
                    it -> it.field("id", id)
                            .field("type", "function")
                            .object(
                                    "function",
                                    function -> function.field("name", name).field("arguments", ""))));
        } else if (call.index == 0) { // the legacy form has one call only
            out.accept(delta(it -> it.object(
                    "function_call", function -> function.field("name", name).field("arguments", ""))));
        }
        return call;
    }

    private void arguments(OpenCall call, String piece, Consumer<byte[]> out) {
        if (!functions) {
            out.accept(call(call.index, it -> it.object("function", function -> function.field("arguments", piece))));
        } else if (call.index == 0) {
            out.accept(delta(it -> it.object("function_call", function -> function.field("arguments", piece))));
        }
    }

    private void complete(ToolCall whole, Consumer<byte[]> out) {
        OpenCall known = calls.get(whole.id());
        OpenCall call = known == null ? start(whole.id(), whole.name(), out) : known;
        if (!call.hasArguments) {
            arguments(call, ToolCallWriter.arguments(whole), out);
        }
        if (!whole.providerData().isEmpty() && !functions) {
            String packed = Origin.pack(backend.get(), whole);
            out.accept(call(call.index, it -> it.field(Reasoning.PACKED, packed)));
        }
    }

    private byte[] call(int index, JsonWriter.Body fields) {
        return delta(it -> it.array(
                "tool_calls",
                list -> list.object(one -> {
                    one.field("index", index);
                    fields.write(one);
                })));
    }

    private byte[] delta(JsonWriter.Body delta) {
        return chunk(
                "",
                it -> it.array(
                        "choices",
                        choices -> choices.object(choice -> choice.field("index", 0)
                                .object("delta", delta)
                                .nullField("logprobs")
                                .nullField("finish_reason"))));
    }

    private byte[] chunk(String model, JsonWriter.Body fields) {
        return EventWriter.line(Json.bytes(json -> json.object(it -> {
            head.write(it, "chat.completion.chunk", model);
            fields.write(it);
        })));
    }

    /** Writes the end of the stream. Without an end of the backend's, nothing. */
    void end(Consumer<byte[]> out) {
        if (stop.isEmpty()) {
            return;
        }
        MessageStop end = stop.get();
        out.accept(chunk(
                end.model(),
                it -> it.array(
                        "choices",
                        choices -> choices.object(choice -> choice.field("index", 0)
                                .object("delta", none -> {})
                                .nullField("logprobs")
                                .field(
                                        "finish_reason",
                                        FinishReasons.of(end.stopReason(), end.serverInfo(), functions))))));
        if (withUsage && usage.isPresent()) {
            out.accept(chunk(end.model(), it -> {
                it.array("choices", none -> {});
                ChatUsage.write(it, usage.get(), backend.get(), end.model());
            }));
        }
        out.accept(DONE.clone());
    }
}
