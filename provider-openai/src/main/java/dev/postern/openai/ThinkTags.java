package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads {@code <think>…</think>} in the text of an answer as reasoning, for servers that leave the tags there (llama.cpp,
 * older vLLM). However the text is split: what may be the beginning of a tag is held back until it is known whether it is.
 */
final class ThinkTags {
    private static final List<String> OPENING = List.of("<think>", "<thinking>");

    private boolean inside;
    private List<String> awaited = OPENING;
    private String held = "";

    /** More of the text. */
    void read(String text, Consumer<? super StreamEvent> out) {
        String all = held + text;
        held = "";
        int from = 0; // of what was not emitted
        int at = all.indexOf('<');
        while (at >= 0) {
            String rest = all.substring(at);
            String tag = firstOf(rest);
            if (!tag.isEmpty()) {
                emit(all.substring(from, at), out);
                turn(tag);
                from = at + tag.length();
                at = all.indexOf('<', from);
            } else if (awaited.stream().anyMatch(candidate -> candidate.startsWith(rest))) {
                emit(all.substring(from, at), out);
                held = rest;
                return;
            } else {
                at = all.indexOf('<', at + 1);
            }
        }
        emit(all.substring(from), out);
    }

    private String firstOf(String rest) {
        for (String tag : awaited) {
            if (rest.startsWith(tag)) {
                return tag;
            }
        }
        return "";
    }

    private void turn(String tag) {
        inside = !inside;
        awaited = inside ? List.of("</" + tag.substring(1)) : OPENING;
    }

    /** There is no more text: what was held back is no tag. */
    void end(Consumer<? super StreamEvent> out) {
        emit(held, out);
        held = "";
    }

    private void emit(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            out.accept(inside ? StreamEvent.ReasoningDelta.of(text) : new StreamEvent.ContentDelta(text));
        }
    }
}
