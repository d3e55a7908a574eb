package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns deltas into events, in the order in which a provider emits them. */
final class AnswerEmitter {
    private final ToolCallAssembler tools;
    private final ServerProfile profile;
    private @Nullable MessageExtras extras; // if the server attaches data
    private @Nullable GeminiThoughtParser marked; // if the server marks thoughts
    private final @Nullable ThinkTagParser tags; // for a server that leaves the tags in the text
    private boolean hasContent;
    private boolean hasUnmarkedText;
    private boolean refused;
    private String media = "";

    AnswerEmitter(ToolCallAssembler tools, ServerProfile profile) {
        this.tools = tools;
        this.profile = profile;
        this.tags = profile.thinkTags() ? new ThinkTagParser() : null;
    }

    /** Whether any text, reasoning or tool call was read. */
    boolean hasContent() {
        return hasContent;
    }

    /** Whether the model refused to answer. */
    boolean refused() {
        return refused;
    }

    /** The name of a field with an image or audio; empty if there was none. */
    String media() {
        return media;
    }

    boolean hasCalls() {
        return tools.hasCalls();
    }

    /**
     * Emits a delta of a stream. The reasoning is emitted first, even if it is the last field, because the model
     * generated it first.
     */
    void emit(Delta delta, Consumer<? super StreamEvent> out) {
        reasoning(delta.reasoning(), out);
        text(delta.text, delta.isMarked, false, out);
        for (int i = 0; i < delta.callCount(); i++) { // after the text, even if the calls come first (vLLM)
            tools.add(delta.call(i), out);
        }
        finishDelta(delta);
    }

    /** Emits the message of a whole answer. */
    void emitWhole(Delta message, Consumer<? super StreamEvent> out) {
        reasoning(message.reasoning(), out);
        text(message.text, message.isMarked, message.isSigned, out);
        for (int i = 0; i < message.callCount(); i++) {
            tools.addWhole(message.call(i), out);
        }
        finishDelta(message);
    }

    /**
     * Emits a delta that differs from the last one only in this string; see {@link Delta#isOneString}.
     */
    void emitAgain(Delta delta, String other, Consumer<? super StreamEvent> out) {
        if (delta.shape() == Delta.Shape.ARGUMENTS) {
            ToolFragment call = delta.call(0);
            call.arguments = other;
            tools.add(call, out);
        } else if (delta.shape() == Delta.Shape.REASONING) {
            reasoning(other, out);
        } else {
            text(other, false, false, out);
        }
        hasContent = true;
    }

    private static void reasoning(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            out.accept(StreamEvent.ReasoningDelta.of(text));
        }
    }

    private void text(String text, boolean isMarked, boolean isSigned, Consumer<? super StreamEvent> out) {
        GeminiThoughtParser thoughts = marked;
        if (thoughts == null && isMarked) {
            thoughts = new GeminiThoughtParser();
            marked = thoughts;
        }
        if (thoughts != null && (isMarked || thoughts.isOpen())) {
            thoughts.read(text, isMarked, isSigned, out);
        } else if (tags != null) {
            tags.read(text, out);
        } else if (!text.isEmpty()) {
            hasUnmarkedText = true;
            out.accept(new StreamEvent.ContentDelta(text));
        }
    }

    private void finishDelta(Delta delta) {
        hasContent |= delta.hasContent();
        refused |= delta.refused;
        media = delta.media.isEmpty() ? media : delta.media;
        if (delta.hasExtras()) {
            extras().add(delta);
        }
    }

    private MessageExtras extras() {
        MessageExtras made = extras;
        if (made == null) {
            made = new MessageExtras(profile);
            extras = made;
        }
        return made;
    }

    /**
     * Emits what was held back, and the complete tool calls, at the end of the answer.
     *
     * @param malformedCall whether the server reported that the last call is malformed
     */
    void complete(boolean malformedCall, Consumer<? super StreamEvent> out) {
        GeminiThoughtParser thoughts = marked;
        if (thoughts != null) {
            thoughts.end(out);
        }
        if (tags != null) {
            tags.end(out);
        }
        if (thoughts != null || extras != null) {
            extras().emit(thoughts == null ? "" : thoughts.raw(hasUnmarkedText), out);
        }
        tools.complete(malformedCall, out);
    }
}
