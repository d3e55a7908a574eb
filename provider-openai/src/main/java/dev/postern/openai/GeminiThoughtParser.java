package dev.postern.openai;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Parses thoughts in the content that Gemini marks with {@code extra_content.google.thought}. In a stream, each delta
 * of a thought has the mark. The thought may be between {@code <thought>} tags; then the closing tag is in the first
 * delta without the mark. A whole message has one mark for its whole content, the thought and the answer.
 *
 * <p>The thoughts are also kept unchanged, because they are sent back before the text.
 */
final class GeminiThoughtParser {
    private static final List<String> OPENING = List.of("<thought>", "<think>");

    private String closing = ""; // the tag that ends the thought; empty outside tags
    private String held = ""; // may be the beginning of a tag
    private boolean withoutTags;
    private final StringBuilder raw = new StringBuilder();
    private final SizeLimit limit = new SizeLimit("characters of thoughts", SizeLimit.CHARACTERS);

    /** Whether the next text may belong to a thought even without a mark. */
    boolean isOpen() {
        return !closing.isEmpty() || !held.isEmpty();
    }

    /**
     * Reads the next piece of the content.
     *
     * @param marked whether it has the mark
     * @param mayBeAnswer whether marked text without tags may be the answer: a whole message with a signature has the
     *     mark too
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
            emitText(text, out);
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
            emitText(text, out);
        } else {
            withoutTags = true;
            emitThought(text, out);
        }
    }

    private void inside(String text, boolean marked, Consumer<? super StreamEvent> out) {
        int end = text.indexOf(closing);
        if (end >= 0) {
            emitThought(text.substring(0, end), out);
            String rest = text.substring(end + closing.length());
            close();
            emitText(rest, out);
        } else if (marked) {
            int length = text.length() - lengthOfTagStart(text);
            emitThought(text.substring(0, length), out);
            held = text.substring(length);
        } else if (closing.startsWith(text)) {
            held = text;
        } else { // the thought ended without a closing tag
            close();
            emitText(text, out);
        }
    }

    /** The number of characters at the end of a text that may be the beginning of the closing tag. */
    private int lengthOfTagStart(String text) {
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

    private void emitThought(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            keep(text);
            out.accept(StreamEvent.ReasoningDelta.of(text));
        }
    }

    private static void emitText(String text, Consumer<? super StreamEvent> out) {
        if (!text.isEmpty()) {
            out.accept(new StreamEvent.ContentDelta(text));
        }
    }

    private void keep(String text) {
        limit.add(text.length());
        raw.append(text);
    }

    /** Emits the text that was held back at the end of the answer. */
    void end(Consumer<? super StreamEvent> out) {
        String rest = held;
        held = "";
        emitThought(rest, out);
        if (!closing.isEmpty()) {
            close();
        }
    }

    /**
     * Returns the thoughts with their tags, to send them back; empty if there were none. Thoughts without tags get tags
     * if an answer follows, because otherwise they could not be distinguished from it.
     */
    String raw(boolean beforeAnAnswer) {
        return withoutTags && beforeAnAnswer ? "<thought>" + raw + "</thought>" : raw.toString();
    }
}
