package dev.postern.wire;

import dev.postern.StopReason;
import dev.postern.StreamEvent;

/**
 * Reads an event on its own, without the stream around it. Unlike {@link EventReader}, which reads what a server sends, it
 * refuses an event that is not complete, and reads one whose text is empty.
 */
final class SingleEventReader {
    private SingleEventReader() {}

    static StreamEvent read(Fields event) {
        String type = event.text("type");
        return switch (type) {
            case "content_delta" -> new StreamEvent.ContentDelta(event.text("delta"));
            case "reasoning_delta" ->
                new StreamEvent.ReasoningDelta(
                        event.text("delta"),
                        event.text("signature"),
                        event.text("redacted"),
                        CallReader.providerData(event));
            case "tool_use_start" -> new StreamEvent.ToolCallStart(id(event), event.text("name"));
            case "tool_use_delta" -> new StreamEvent.ToolCallDelta(id(event), event.text("delta"));
            case "tool_use_complete" -> new StreamEvent.ToolCallComplete(CallReader.read(event));
            case "message_stop" -> stop(event);
            case "metadata" -> new StreamEvent.UsageReported(UsageFields.required(event.object("usage")));
            case "error" ->
                throw event.wrong("type", "'error' is the failure of a stream and not an event of the model");
            default ->
                throw event.wrong(
                        "type",
                        "must be content_delta, reasoning_delta, tool_use_start, tool_use_delta, tool_use_complete,"
                                + " message_stop or metadata");
        };
    }

    private static String id(Fields event) {
        String id = event.text("id");
        if (id.isEmpty()) {
            throw event.wrong("id", "must not be empty");
        }
        return id;
    }

    private static StreamEvent stop(Fields event) {
        String name = event.text("stop_reason");
        StopReason reason = StopReasonNames.read(name, false);
        return new StreamEvent.MessageStop(
                reason,
                event.text("model"),
                StopReasonNames.keep(name, EventReader.metadata(event.map("metadata"), event.text("backend"))));
    }
}
