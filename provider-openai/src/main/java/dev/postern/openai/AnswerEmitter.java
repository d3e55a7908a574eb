package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.function.Consumer;

/** Makes events of the deltas that count, in the order in which a provider emits them. */
final class AnswerEmitter {
    private final ToolCallAssembler tools;
    private final MessageExtras extras;
    private boolean saidAnything;
    private boolean refused;

    AnswerEmitter(ToolCallAssembler tools, MessageExtras extras) {
        this.tools = tools;
        this.extras = extras;
    }

    /** Whether any text, reasoning or call has come. */
    boolean saidAnything() {
        return saidAnything;
    }

    /** Whether the model refused to answer. */
    boolean refused() {
        return refused;
    }

    boolean hasCalls() {
        return tools.hasCalls();
    }

    /** A piece of the answer. Reasoning comes first, whatever the order of the fields: the model thought first. */
    void emit(Delta delta, Consumer<? super StreamEvent> out) {
        emit(delta.thought(), delta.text, out);
        for (int i = 0; i < delta.callCount(); i++) { // after the text, which may stand behind them (vLLM)
            tools.add(delta.call(i), out);
        }
        finishPiece(delta);
    }

    /** The same of an answer that came whole. */
    void emitWhole(Delta message, Consumer<? super StreamEvent> out) {
        emit(message.thought(), message.text, out);
        for (int i = 0; i < message.callCount(); i++) {
            tools.addWhole(message.call(i), out);
        }
        finishPiece(message);
    }

    /** A piece like the last one, which {@link Delta#isOneString}, but with this string. */
    void emitAgain(Delta delta, String other, Consumer<? super StreamEvent> out) {
        switch (delta.shape()) {
            case ARGUMENTS -> {
                ToolFragment call = delta.call(0);
                call.arguments = other;
                tools.add(call, out);
            }
            case REASONING -> emit(other, "", out);
            default -> emit("", other, out);
        }
        saidAnything = true;
    }

    private static void emit(String thought, String said, Consumer<? super StreamEvent> out) {
        if (!thought.isEmpty()) {
            out.accept(StreamEvent.ReasoningDelta.of(thought));
        }
        if (!said.isEmpty()) {
            out.accept(new StreamEvent.ContentDelta(said));
        }
    }

    private void finishPiece(Delta delta) {
        saidAnything |= delta.saysSomething();
        refused |= delta.refused;
        extras.add(delta);
    }

    /**
     * The answer is whole: emits what was held back, and the calls.
     *
     * @param malformedCall whether the server says that the last call is malformed
     */
    void complete(boolean malformedCall, Consumer<? super StreamEvent> out) {
        extras.emit(out);
        tools.complete(malformedCall, out);
    }
}
