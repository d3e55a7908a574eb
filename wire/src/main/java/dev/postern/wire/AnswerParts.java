package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** The parts of an answer, as they follow from its plain fields. */
final class AnswerParts {
    private AnswerParts() {}

    /** Reasoning first, then text, then calls: as most models answer. */
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
