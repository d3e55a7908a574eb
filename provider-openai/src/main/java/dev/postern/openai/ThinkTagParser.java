package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads {@code <think>…</think>} in the text of an answer as reasoning, for servers that leave the tags there (llama.cpp,
 * older vLLM). However the text is split: what may be the beginning of a tag is held back until it is known whether it is.
 */
final class ThinkTagParser {
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
            String tag = tagAt(all, at);
            if (!tag.isEmpty()) {
                emit(all.substring(from, at), out);
                turn(tag);
                from = at + tag.length();
                at = all.indexOf('<', from);
            } else if (mayBecomeTag(all, at)) {
                emit(all.substring(from, at), out);
                held = all.substring(at);
                return;
            } else {
                at = all.indexOf('<', at + 1);
            }
        }
        emit(all.substring(from), out);
    }

    private String tagAt(String text, int at) {
        for (String tag : awaited) {
            if (text.startsWith(tag, at)) {
                return tag;
            }
        }
        return "";
    }

    /** Whether the rest of the text is the beginning of a tag. */
    private boolean mayBecomeTag(String text, int at) {
        int length = text.length() - at;
        for (String tag : awaited) {
            if (length < tag.length() && tag.regionMatches(0, text, at, length)) {
                return true;
            }
        }
        return false;
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
