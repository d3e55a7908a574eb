package dev.postern.examples;

import dev.postern.StreamEvent;
import java.io.PrintStream;

/** Prints an answer: the reasoning in brackets, then the text. */
final class AnswerScreen {
    private final PrintStream out;
    private boolean thinking;
    private boolean begun;

    AnswerScreen(PrintStream out) {
        this.out = out;
    }

    void add(StreamEvent event) {
        if (event instanceof StreamEvent.ContentDelta text) {
            show(false, text.delta());
        } else if (event instanceof StreamEvent.ReasoningDelta thought
                && !thought.delta().isEmpty()) {
            show(true, thought.delta());
        }
    }

    private void show(boolean thought, String delta) {
        if (thought != thinking) {
            out.print(thought ? "[" : "]\n");
            thinking = thought;
        }
        begun = true;
        out.print(delta);
        out.flush();
    }

    void end() {
        if (begun) {
            out.println(thinking ? "]" : "");
        }
    }
}
