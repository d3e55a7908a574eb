package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Parses {@code <think>…</think>} in the text of an answer as reasoning, for servers that leave the tags in the text
 * (llama.cpp, older vLLM). Text that may be the beginning of a tag is held back until the next text shows whether it is
 * a tag.
 */
final class ThinkTagParser {
    private static final List<String> OPENING = List.of("<think>", "<thinking>");

    private boolean inside;
    private List<String> expected = OPENING;
    private String held = "";

    /** Reads the next piece of text. */
    void read(String text, Consumer<? super StreamEvent> out) {
        String all = held + text;
        held = "";
        int from = 0; // the beginning of the text that was not emitted
        int at = all.indexOf('<');
        while (at >= 0) {
            String tag = tagAt(all, at);
            if (!tag.isEmpty()) {
                emit(all.substring(from, at), out);
                toggle(tag);
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
        for (String tag : expected) {
            if (text.startsWith(tag, at)) {
                return tag;
            }
        }
        return "";
    }

    /** Whether the rest of the text is the beginning of a tag. */
    private boolean mayBecomeTag(String text, int at) {
        int length = text.length() - at;
        for (String tag : expected) {
            if (length < tag.length() && tag.regionMatches(0, text, at, length)) {
                return true;
            }
        }
        return false;
    }

    private void toggle(String tag) {
        inside = !inside;
        expected = inside ? List.of("</" + tag.substring(1)) : OPENING;
    }

    /** Emits the text that was held back at the end of the answer: it is not a tag. */
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
