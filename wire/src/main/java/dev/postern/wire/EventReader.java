package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.JsonException;
import dev.postern.json.JsonReader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one stream of a Postern gateway or the Python one. Not thread-safe. A reader is used for one stream
 * only, because fields that an event omits are taken from the events before it.
 *
 * <p>Most events of the stream are one {@link StreamEvent} or none. If one is several, as when the Python gateway puts the
 * usage into {@code message_stop}, {@link #poll} returns the others.
 */
public final class EventReader {
    private final JsonReader json = JsonReader.lenient();
    private final Supplier<String> newIds;
    private final Queue<StreamEvent> more = new ArrayDeque<>();
    /** Calls whose start has the arguments. The Python gateway sends those if its backend cannot stream. */
    private final Map<String, ToolCall> startedWhole = new LinkedHashMap<>();

    private String lastId = "";
    private String lastName = "";
    private boolean hasCalls;
    private EventFields fields = new EventFields();

    /** Creates a reader for a new stream. */
    public EventReader() {
        this(ResponseReader::newId);
    }

    EventReader(Supplier<String> newIds) {
        this.newIds = newIds;
    }

    /**
     * Reads one event, a JSON object in UTF-8. Returns null for an event that is ignored, such as one of an unknown type. The
     * bytes are not kept.
     *
     * @throws LlmException the failure of an {@code error} event, or of kind {@link Kind#PROTOCOL} if the bytes are not an
     *     event
     */
    public @Nullable StreamEvent read(byte[] buffer, int offset, int length) {
        fields.clear();
        try {
            json.begin(buffer, offset, length);
            if (!json.isObject()) {
                throw protocol("it is not an object", null);
            }
            fields.read(json);
            json.end();
            if (fields.type.equals("error")) {
                throw ErrorReader.ofEvent(Arrays.copyOfRange(buffer, offset, offset + length));
            }
            return event();
        } catch (JsonException e) {
            throw protocol(String.valueOf(e.getMessage()), e);
        } catch (LlmException e) {
            throw e.kind() == Kind.INVALID_REQUEST && !fields.type.equals("error")
                    ? protocol(String.valueOf(e.getMessage()), null)
                    : e;
        }
    }

    /** Returns the next of the other events that the last one contained; null if there is none. */
    public @Nullable StreamEvent poll() {
        return more.poll();
    }

    private @Nullable StreamEvent event() {
        return switch (fields.type) {
            case "content_delta" -> fields.delta.isEmpty() ? null : new StreamEvent.ContentDelta(fields.delta);
            case "reasoning_delta" -> reasoning();
            case "tool_use_start" -> start();
            case "tool_use_delta" ->
                fields.delta.isEmpty() ? null : new StreamEvent.ToolCallDelta(idOrLast(), fields.delta);
            case "tool_use_complete" -> complete();
            case "message_stop" -> stop();
            case "metadata" -> fields.usage == null ? null : new StreamEvent.UsageReported(fields.usage);
            default -> null;
        };
    }

    private @Nullable StreamEvent reasoning() {
        boolean empty = fields.delta.isEmpty()
                && fields.signature.isEmpty()
                && fields.redacted.isEmpty()
                && fields.providerData.equals(ProviderData.NONE);
        return empty
                ? null
                : new StreamEvent.ReasoningDelta(fields.delta, fields.signature, fields.redacted, fields.providerData);
    }

    private StreamEvent start() {
        lastId = fields.id.isEmpty() ? newIds.get() : fields.id;
        lastName = fields.name;
        hasCalls = true;
        if (fields.input != null) {
            startedWhole.put(lastId, call(lastId, lastName));
        }
        return new StreamEvent.ToolCallStart(lastId, lastName);
    }

    private String idOrLast() {
        return fields.id.isEmpty() ? lastId : fields.id;
    }

    private StreamEvent complete() {
        hasCalls = true;
        String id = idOrLast();
        startedWhole.remove(id);
        return new StreamEvent.ToolCallComplete(call(id, fields.name.isEmpty() ? lastName : fields.name));
    }

    private ToolCall call(String id, String name) {
        ArgumentsText arguments = ArgumentsText.of(fields.input);
        if (arguments == null) {
            throw protocol("input: must be an object", null);
        }
        return new ToolCall(
                id, name, arguments.input(), arguments.malformed() || fields.malformed, fields.providerData);
    }

    /** Ends the answer. Calls that started with their arguments and were not completed are completed first. */
    private @Nullable StreamEvent stop() {
        startedWhole.values().forEach(call -> more.add(new StreamEvent.ToolCallComplete(call)));
        startedWhole.clear();
        more.add(new StreamEvent.MessageStop(
                StopReasonNames.read(fields.stopReason, hasCalls),
                fields.model,
                StopReasonNames.keep(fields.stopReason, metadata(fields.metadata, fields.backend))));
        Usage usage = fields.usage;
        if (usage != null) {
            more.add(new StreamEvent.UsageReported(usage));
        }
        return more.poll();
    }

    /** The metadata, with the name of the backend that answered if the event has it. */
    static Map<String, @Nullable Object> metadata(Map<String, @Nullable Object> metadata, String backend) {
        if (backend.isEmpty()) {
            return metadata;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(metadata);
        more.put("backend", backend);
        return more;
    }

    private static LlmException protocol(String problem, @Nullable Throwable cause) {
        return LlmException.builder(
                        Kind.PROTOCOL,
                        "This is not an event of a gateway (" + problem
                                + "); check that base_url is the address of a gateway.")
                .cause(cause)
                .build();
    }
}
