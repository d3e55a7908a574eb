package dev.postern.opentelemetry;

import dev.postern.Content;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import java.util.ArrayList;
import java.util.List;

/** Collects the beginning of an answer. Thread-safe, because a call can end while an event is delivered. */
final class AnswerText {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<Content> calls = new ArrayList<>();
    private final int most;

    AnswerText(int most) {
        this.most = most;
    }

    synchronized void add(StreamEvent event) {
        if (event instanceof ContentDelta delta) {
            append(text, delta.delta());
        } else if (event instanceof ReasoningDelta delta) {
            append(reasoning, delta.delta());
        } else if (event instanceof ToolCallComplete complete && calls.size() < 128) {
            calls.add(complete.call());
        }
    }

    /** One character more than the bound, so that the writer sees that something is missing. */
    private void append(StringBuilder to, String more) {
        to.append(more, 0, (int) Math.min(more.length(), most + 1L - to.length()));
    }

    synchronized boolean isEmpty() {
        return text.isEmpty() && reasoning.isEmpty() && calls.isEmpty();
    }

    synchronized List<Content> parts() {
        List<Content> parts = new ArrayList<>();
        if (!reasoning.isEmpty()) {
            parts.add(Content.Reasoning.of(reasoning.toString()));
        }
        if (!text.isEmpty()) {
            parts.add(Content.text(text.toString()));
        }
        parts.addAll(calls);
        return parts;
    }
}
