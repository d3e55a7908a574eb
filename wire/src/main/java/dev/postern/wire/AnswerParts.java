package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** Creates the parts of an answer from its plain fields. */
final class AnswerParts {
    private AnswerParts() {}

    /** Returns reasoning, then text, then calls, which is the order of most models. */
    static List<Content> of(String reasoning, String text, List<ToolCall> calls) {
        List<Content> parts = new ArrayList<>();
        if (!reasoning.isEmpty()) {
            parts.add(Content.Reasoning.of(reasoning));
        }
        if (!text.isEmpty()) {
            parts.add(Content.text(text));
        }
        parts.addAll(calls);
        return parts;
    }
}
