package dev.postern.bedrock;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of one event of a stream, or of one block of a whole answer. {@link BlockEventReader} fills one object
 * again and again, and {@link ContentBlocks} emits its content.
 */
final class BlockEvent {
    long index;
    boolean indexed; // without an index, the event belongs to the block of the previous event
    String text = "";
    String reasoning = "";
    String signature = "";
    String redacted = "";
    String toolId = "";
    String toolName = "";
    String toolInput = "";
    /** Whether the input came as a complete JSON value and not as a fragment of text. */
    boolean wholeInput;
    /** Whether the service runs the tool itself. */
    boolean serverTool;
    /** Whether this is a tool call or part of one. */
    boolean tool;
    /** Whether there is a member that the reader knows, even if it is empty. */
    boolean known;
    /** The name of a member that the reader does not know; empty for none. */
    String unknown = "";
    /** Members that Postern has no type for, with their values, if they are kept. */
    final Map<String, @Nullable Object> others = new LinkedHashMap<>();

    /** The content of a remembered event. */
    private enum DeltaShape {
        TEXT,
        REASONING,
        INPUT
    }

    private DeltaShape shape = DeltaShape.TEXT;
    private long repeatedIndex;

    void reset() {
        text = reasoning = signature = redacted = toolId = toolName = toolInput = unknown = "";
        indexed = wholeInput = serverTool = tool = known = false;
        others.clear();
    }

    /** Whether any piece of content is not empty. */
    boolean hasContent() {
        return !(text.isEmpty()
                && reasoning.isEmpty()
                && signature.isEmpty()
                && redacted.isEmpty()
                && toolName.isEmpty()
                && toolInput.isEmpty());
    }

    /** Whether the content of the event is one string: text, reasoning, or the input of a tool call. */
    boolean isOneString() {
        int all = text.length()
                + reasoning.length()
                + toolInput.length()
                + signature.length()
                + redacted.length()
                + toolId.length()
                + toolName.length();
        return indexed
                && !serverTool
                && !wholeInput
                && others.isEmpty()
                && all == oneString().length();
    }

    private String oneString() {
        return !text.isEmpty() ? text : !reasoning.isEmpty() ? reasoning : toolInput;
    }

    /** Remembers this event, for which {@link #isOneString} is true, for {@link #repeat}. Returns its string. */
    String remember() {
        shape = !text.isEmpty() ? DeltaShape.TEXT : !reasoning.isEmpty() ? DeltaShape.REASONING : DeltaShape.INPUT;
        repeatedIndex = index;
        return oneString();
    }

    /** Sets the fields to those of the remembered event, but with this string. */
    void repeat(String other) {
        reset();
        index = repeatedIndex;
        known = true;
        if (shape == DeltaShape.TEXT) {
            text = other;
        } else if (shape == DeltaShape.REASONING) {
            reasoning = other;
        } else {
            toolInput = other;
            tool = true;
        }
    }
}
