package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One tool call of an answer: takes its fragments and emits its events. It starts as soon as it has a name, and is
 * complete at the end of the stream.
 */
final class PartialToolCall {
    private final long index;
    private final CallArguments arguments = new CallArguments();
    private String id = "";
    private String name = "";
    private boolean started;
    private @Nullable Object extraContent;

    PartialToolCall(long index) {
        this.index = index;
    }

    long index() {
        return index;
    }

    /** The server's id, or a new one if the call started without one; empty until then. */
    String id() {
        return id;
    }

    /** The tool's name; empty until the server sent it. */
    String name() {
        return name;
    }

    /** The arguments so far. */
    CallArguments arguments() {
        return arguments;
    }

    /**
     * Adds a fragment. Id and name are set once; arguments are appended.
     *
     * @return the number of characters that were added to the arguments
     */
    int append(ToolFragment part) {
        if (id.isEmpty() && !started) {
            id = part.id.isBlank() ? "" : part.id;
        }
        if (name.isEmpty()) {
            name = part.name.isBlank() ? "" : part.name;
        }
        if (part.extraContent != null) {
            extraContent = part.extraContent;
        }
        return arguments.append(part.arguments, part.custom);
    }

    /** Emits new arguments, if the call has a name, and an id or arguments. */
    void emit(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!name.isEmpty() && (!id.isEmpty() || !arguments.isEmpty())) {
            emitAll(toolIds, newId, out);
        }
    }

    /**
     * Emits the rest of the arguments and the complete call, at the end of the stream.
     *
     * @param malformed whether the server reported that this call is malformed
     */
    void complete(
            ToolIds toolIds,
            Supplier<String> newId,
            String origin,
            boolean malformed,
            Consumer<? super StreamEvent> out) {
        arguments.end();
        emitAll(toolIds, newId, out);
        out.accept(new StreamEvent.ToolCallComplete(whole(toolIds.fromWire(id), origin, malformed)));
    }

    private void emitAll(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!started) {
            started = true;
            if (id.isEmpty()) {
                id = newId.get();
            }
            out.accept(new StreamEvent.ToolCallStart(toolIds.fromWire(id), name));
        }
        String more = arguments.takeNew();
        if (!more.isEmpty()) {
            out.accept(new StreamEvent.ToolCallDelta(toolIds.fromWire(id), more));
        }
    }

    private ToolCall whole(String callId, String origin, boolean malformed) {
        Map<String, ?> input = malformed ? null : arguments.object();
        ToolCall whole =
                input == null ? ToolCall.malformed(callId, name, arguments.text()) : ToolCall.of(callId, name, input);
        Map<String, Object> data = new LinkedHashMap<>();
        if (arguments.isCustom()) {
            data.put(CustomInput.TYPE, CustomInput.CUSTOM);
        }
        if (extraContent != null) {
            data.put(MessageExtras.EXTRA_CONTENT, extraContent);
        }
        return data.isEmpty() ? whole : whole.with(new ProviderData(origin, data));
    }
}
