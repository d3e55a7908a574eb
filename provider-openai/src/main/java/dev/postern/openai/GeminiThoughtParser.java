package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Thoughts in the content that Gemini marks with {@code extra_content.google.thought}. In a stream each delta of a thought
 * has the mark; the thought stands between {@code <thought>} tags, of which the closing one comes with the first delta that
 * has no mark, or there are no tags at all. A whole message has the mark for all of its content, thought and answer.
 *
 * <p>What came is kept as well, since it goes back in front of the answer.
 */
final class GeminiThoughtParser {
    private static final List<String> OPENING = List.of("<thought>", "<think>");

    private String closing = ""; // the tag that ends the thought; empty outside of tags
    private String held = ""; // may be the beginning of a tag
    private boolean withoutTags;
    private final StringBuilder raw = new StringBuilder();
    private final SizeLimit budget = new SizeLimit("characters of thoughts", SizeLimit.CHARACTERS);

    /** Whether text without a mark may still belong to a thought. */
    boolean isOpen() {
        return !closing.isEmpty() || !held.isEmpty();
    }

    /**
     * More of the content.
     *
     * @param marked whether it has the mark
     * @param mayBeAnswer whether the mark is no proof that text without tags is a thought: it stands beside the signature of
     *     a whole message, too
     */
    void read(String content, boolean marked, boolean mayBeAnswer, Consumer<? super StreamEvent> out) {
        String text = held + content;
        held = "";
        if (text.isEmpty()) {
            return;
        }
        if (!closing.isEmpty()) {
            inside(text, marked, out);
        } else if (!marked) {
            say(text, out);
        } else {
            open(text, mayBeAnswer, out);
        }
    }

    private void open(String text, boolean mayBeAnswer, Consumer<? super StreamEvent> out) {
        for (String tag : OPENING) {
            if (text.startsWith(tag)) {
                keep(tag);
                closing = "</" + tag.substring(1);
                inside(text.substring(tag.length()), true, out);
                return;
            }
        }
        if (OPENING.stream().anyMatch(tag -> tag.startsWith(text))) {
            held = text;
        } else if (mayBeAnswer) {
            say(text, out);
        } else {
            withoutTags = true;
            think(text, out);
        }
    }

    private void inside(String text, boolean marked, Consumer<? super StreamEvent> out) {
        int end = text.indexOf(closing);
        if (end >= 0) {
            think(text.substring(0, end), out);
            String rest = text.substring(end + closing.length());
            close();
            say(rest, out);
        } else if (marked) {
            int whole = text.length() - beginOfTag(text);
            think(text.substring(0, whole), out);
            held = text.substring(whole);
        } else if (closing.startsWith(text)) {
            held = text;
        } else { // the thought is over without its tag
            close();
            say(text, out);
        }
    }

    /** How much of the end of a text may be the beginning of the closing tag. */
    private int beginOfTag(String text) {
        int length = Math.min(text.length(), closing.length() - 1);
        while (length > 0 && !text.endsWith(closing.substring(0, length))) {
            length--;
        }
        return length;
    }

    private void close() {
        keep(closing);
        closing = "";
    }

    private void think(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            keep(text);
            out.accept(StreamEvent.ReasoningDelta.of(text));
        }
    }

    private static void say(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            out.accept(new StreamEvent.ContentDelta(text));
        }
    }

    private void keep(String text) {
        budget.take(text.length());
        raw.append(text);
    }

    /** There is no more text. */
    void end(Consumer<? super StreamEvent> out) {
        String rest = held;
        held = "";
        think(rest, out);
        if (!closing.isEmpty()) {
            close();
        }
    }

    /**
     * The thoughts with their tags, as they go back; empty if there were none. Without tags they can be told from an answer
     * only while they stand alone.
     */
    String raw(boolean beforeAnAnswer) {
        return withoutTags && beforeAnAnswer ? "<thought>" + raw + "</thought>" : raw.toString();
    }
}
