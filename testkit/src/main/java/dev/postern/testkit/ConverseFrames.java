package dev.postern.testkit;

import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.MessageStop;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.StreamEvent.ToolCallStart;
import dev.postern.StreamEvent.UsageReported;
import dev.postern.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one stream of Converse: blocks that start, have deltas and stop. */
final class ConverseFrames implements WireProtocol.StreamWriter {
    private final Map<String, Long> calls = new HashMap<>(); // the block of each tool call
    private final Set<String> withInput = new HashSet<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long blocks;
    private String open = ""; // "text" or "reasoning", if such a block is open

    @Override
    public byte[] opening() {
        return frame("messageStart", Fields.of("role", "assistant"));
    }

    @Override
    public byte[] event(StreamEvent event) {
        out.reset();
        if (event instanceof ContentDelta text) {
            continueBlock("text");
            delta(blocks - 1, Fields.of("text", text.delta()));
        } else if (event instanceof ReasoningDelta thought) {
            reasoning(thought);
        } else if (event instanceof ToolCallStart call) {
            closeBlock();
            calls.put(call.id(), blocks);
            write(
                    "contentBlockStart",
                    Fields.of(
                            "contentBlockIndex",
                            blocks++,
                            "start",
                            Fields.of("toolUse", Fields.of("toolUseId", call.id(), "name", call.name()))));
        } else if (event instanceof ToolCallDelta input) {
            input(input.id(), input.delta());
        } else if (event instanceof ToolCallComplete complete) {
            String id = complete.call().id();
            if (!withInput.contains(id)) {
                input(id, FakeAnswer.argumentsOf(complete.call()));
            }
            stop(calls.getOrDefault(id, 0L));
        } else if (event instanceof MessageStop stop) {
            closeBlock();
            write("messageStop", Fields.of("stopReason", ConverseProtocol.reason(stop.stopReason())));
        } else if (event instanceof UsageReported usage) {
            write(
                    "metadata",
                    Fields.of("usage", ConverseProtocol.usage(usage.usage()), "metrics", Fields.of("latencyMs", 1L)));
        }
        return out.toByteArray();
    }

    private void reasoning(ReasoningDelta thought) {
        continueBlock("reasoning");
        if (!thought.delta().isEmpty()) {
            reasoning(Fields.of("text", thought.delta()));
        }
        if (!thought.signature().isEmpty()) {
            reasoning(Fields.of("signature", thought.signature()));
        }
        if (!thought.redacted().isEmpty()) {
            reasoning(Fields.of("redactedContent", thought.redacted()));
        }
    }

    private void reasoning(Map<String, @Nullable Object> part) {
        delta(blocks - 1, Fields.of("reasoningContent", part));
    }

    private void input(String id, String json) {
        withInput.add(id);
        delta(calls.getOrDefault(id, 0L), Fields.of("toolUse", Fields.of("input", json)));
    }

    private void continueBlock(String kind) {
        if (!open.equals(kind)) {
            closeBlock();
            open = kind;
            blocks++;
        }
    }

    private void closeBlock() {
        if (!open.isEmpty()) {
            open = "";
            stop(blocks - 1);
        }
    }

    private void delta(long block, Map<String, @Nullable Object> delta) {
        write("contentBlockDelta", Fields.of("contentBlockIndex", block, "delta", delta));
    }

    private void stop(long block) {
        write("contentBlockStop", Fields.of("contentBlockIndex", block));
    }

    private void write(String type, Map<String, @Nullable Object> payload) {
        out.writeBytes(frame(type, payload));
    }

    private static byte[] frame(String type, Map<String, @Nullable Object> payload) {
        return EventFrame.event(type, Json.text(payload)).bytes();
    }

    @Override
    public byte[] ending() {
        return new byte[0];
    }
}
