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
 * Reads the events of one stream of a gateway, ours or the Python one. Not thread-safe, and not to be used for a second
 * stream: what an event leaves out is taken from those before it.
 *
 * <p>Most events mean one of ours or none. Those that mean more, as when the Python gateway puts the usage into its
 * {@code message_stop}, leave the rest to {@link #poll}.
 */
public final class EventReader {
    private final JsonReader json = JsonReader.lenient();
    private final Supplier<String> newIds;
    private final Queue<StreamEvent> more = new ArrayDeque<>();
    /** Calls that began with their arguments, which is the Python gateway's way if its backend cannot stream. */
    private final Map<String, ToolCall> begun = new LinkedHashMap<>();

    private String lastId = "";
    private String lastName = "";
    private boolean hasCalls;
    private EventFields fields = new EventFields();

    /** A reader at the beginning of a stream. */
    public EventReader() {
        this(ResponseReader::newId);
    }

    EventReader(Supplier<String> newIds) {
        this.newIds = newIds;
    }

    /**
     * The event that the bytes say, one JSON object in UTF-8; null if it means nothing here, such as one of a type that is
     * not known. The bytes are not kept.
     *
     * @throws LlmException the failure that an {@code error} event tells, or of kind {@link Kind#PROTOCOL} if the bytes are
     *     no event
     */
    public @Nullable StreamEvent read(byte[] buffer, int offset, int length) {
        fields.clear();
        try {
            json.begin(buffer, offset, length);
            if (!json.isObject()) {
                throw protocol("it is no object", null);
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

    /** What else the last event means, one after the other; null if there is no more. */
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
            begun.put(lastId, call(lastId, lastName));
        }
        return new StreamEvent.ToolCallStart(lastId, lastName);
    }

    private String idOrLast() {
        return fields.id.isEmpty() ? lastId : fields.id;
    }

    private StreamEvent complete() {
        hasCalls = true;
        String id = idOrLast();
        begun.remove(id);
        return new StreamEvent.ToolCallComplete(call(id, fields.name.isEmpty() ? lastName : fields.name));
    }

    private ToolCall call(String id, String name) {
        Arguments arguments = Arguments.of(fields.input);
        if (arguments == null) {
            throw protocol("input: must be an object", null);
        }
        return new ToolCall(
                id, name, arguments.input(), arguments.malformed() || fields.malformed, fields.providerData);
    }

    /** Calls that began whole and were never completed are complete now. */
    private @Nullable StreamEvent stop() {
        begun.values().forEach(call -> more.add(new StreamEvent.ToolCallComplete(call)));
        begun.clear();
        more.add(new StreamEvent.MessageStop(
                StopWords.read(fields.stopReason, hasCalls),
                fields.model,
                StopWords.keep(fields.stopReason, metadata())));
        Usage usage = fields.usage;
        if (usage != null) {
            more.add(new StreamEvent.UsageReported(usage));
        }
        return more.poll();
    }

    /** With the backend of the other gateway that answered, if the event names it. */
    private Map<String, @Nullable Object> metadata() {
        if (fields.backend.isEmpty()) {
            return fields.metadata;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields.metadata);
        more.put("backend", fields.backend);
        return more;
    }

    private static LlmException protocol(String problem, @Nullable Throwable cause) {
        return LlmException.builder(
                        Kind.PROTOCOL,
                        "An event of the stream is not one of a gateway (" + problem + "); is base_url that of one?")
                .cause(cause)
                .build();
    }
}
