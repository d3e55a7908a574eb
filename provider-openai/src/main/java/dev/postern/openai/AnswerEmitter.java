package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes events of the deltas that count, in the order in which a provider emits them. */
final class AnswerEmitter {
    private final ToolCallAssembler tools;
    private final MessageExtras extras;
    private final GeminiThoughtParser marked = new GeminiThoughtParser();
    private final @Nullable ThinkTagParser tags; // of a server that leaves them in the text
    private boolean saidAnything;
    private boolean saidText; // that no one marks
    private boolean refused;
    private String media = "";

    AnswerEmitter(ToolCallAssembler tools, ServerProfile profile) {
        this.tools = tools;
        this.extras = new MessageExtras(profile);
        this.tags = profile.thinkTags() ? new ThinkTagParser() : null;
    }

    /** Whether any text, reasoning or call has come. */
    boolean saidAnything() {
        return saidAnything;
    }

    /** Whether the model refused to answer. */
    boolean refused() {
        return refused;
    }

    /** The name of a field with an image or a sound; empty if there was none. */
    String media() {
        return media;
    }

    boolean hasCalls() {
        return tools.hasCalls();
    }

    /** A piece of the answer. Reasoning comes first, whatever the order of the fields: the model thought first. */
    void emit(Delta delta, Consumer<? super StreamEvent> out) {
        think(delta.thought(), out);
        say(delta.text, delta.isMarked, false, out);
        for (int i = 0; i < delta.callCount(); i++) { // after the text, which may stand behind them (vLLM)
            tools.add(delta.call(i), out);
        }
        finishPiece(delta);
    }

    /** The same of an answer that came whole. */
    void emitWhole(Delta message, Consumer<? super StreamEvent> out) {
        think(message.thought(), out);
        say(message.text, message.isMarked, message.isSigned, out);
        for (int i = 0; i < message.callCount(); i++) {
            tools.addWhole(message.call(i), out);
        }
        finishPiece(message);
    }

    /** A piece like the last one, which {@link Delta#isOneString}, but with this string. */
    void emitAgain(Delta delta, String other, Consumer<? super StreamEvent> out) {
        if (delta.shape() == Delta.Shape.ARGUMENTS) {
            ToolFragment call = delta.call(0);
            call.arguments = other;
            tools.add(call, out);
        } else if (delta.shape() == Delta.Shape.REASONING) {
            think(other, out);
        } else {
            say(other, false, false, out);
        }
        saidAnything = true;
    }

    private static void think(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            out.accept(StreamEvent.ReasoningDelta.of(text));
        }
    }

    private void say(String text, boolean isMarked, boolean isSigned, Consumer<? super StreamEvent> out) {
        if (isMarked || marked.isOpen()) {
            marked.read(text, isMarked, isSigned, out);
        } else if (tags != null) {
            tags.read(text, out);
        } else if (!text.isEmpty()) {
            saidText = true;
            out.accept(new StreamEvent.ContentDelta(text));
        }
    }

    private void finishPiece(Delta delta) {
        saidAnything |= delta.saysSomething();
        refused |= delta.refused;
        media = delta.media.isEmpty() ? media : delta.media;
        extras.add(delta);
    }

    /**
     * The answer is whole: emits what was held back, and the calls.
     *
     * @param malformedCall whether the server says that the last call is malformed
     */
    void complete(boolean malformedCall, Consumer<? super StreamEvent> out) {
        marked.end(out);
        if (tags != null) {
            tags.end(out);
        }
        extras.emit(marked.raw(saidText), out);
        tools.complete(malformedCall, out);
    }
}
