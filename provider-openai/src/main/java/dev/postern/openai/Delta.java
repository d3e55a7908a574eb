package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code delta}, or one {@code message}, says. It is kept apart from the answer until the chunk was read to its
 * end, because only then is it known whether its choice counts. One object serves many chunks, one after the other.
 */
final class Delta {
    /** More calls in one delta are no answer of a model. */
    private static final int MAX_CALLS = 1024;

    /** What a delta consists of, to find those that differ from each other in one string alone. */
    enum Shape {
        NOTHING,
        TEXT,
        REASONING,
        ARGUMENTS,
        MORE
    }

    private Shape shape = Shape.NOTHING;
    private final List<ToolFragment> calls = new ArrayList<>(1); // the first callCount of them are of this delta
    private int callCount;

    /** Whether there was any field at all. */
    boolean hasFields;

    // Strings are taken as they are; only typed parts need to be joined.
    String text = "";
    boolean refused;

    /** The name of a field with an image or a sound, which has no place in an answer; empty if there is none. */
    String media = "";

    // The names under which servers send reasoning. Several of them may say the same, so only one counts.
    String reasoningContent = "";
    String reasoning = "";
    String reasoningText = "";
    String reasoningDetails = "";
    String thinkingText = "";

    // What the server wants back.
    List<?> details = List.of();
    List<?> thinking = List.of();
    String opaque = "";

    @Nullable
    Object extraContent;

    /** Whether Gemini marks the text as a thought, and whether it signs it. */
    boolean isMarked;

    boolean isSigned;

    /** Ready for the next chunk. */
    void reset() {
        shape = Shape.NOTHING;
        callCount = 0;
        hasFields = refused = isMarked = isSigned = false;
        text = reasoningContent = reasoning = reasoningText = reasoningDetails = thinkingText = opaque = media = "";
        details = thinking = List.of();
        extraContent = null;
    }

    /** Notes what was read: a second thing makes it {@link Shape#MORE}. */
    void saw(Shape part) {
        shape = shape == Shape.NOTHING ? part : Shape.MORE;
    }

    Shape shape() {
        return shape;
    }

    /** Whether all that was said is one string: of text, of reasoning, or of a call's arguments. */
    boolean isOneString() {
        return shape != Shape.NOTHING && shape != Shape.MORE;
    }

    /** That string. */
    String oneString() {
        return switch (shape) {
            case ARGUMENTS -> call(0).arguments;
            case REASONING -> thought();
            default -> text;
        };
    }

    /** The reasoning. */
    String thought() {
        if (!reasoningContent.isEmpty()) {
            return reasoningContent;
        }
        if (!reasoning.isEmpty()) {
            return reasoning;
        }
        if (!reasoningText.isEmpty()) {
            return reasoningText;
        }
        return reasoningDetails.isEmpty() ? thinkingText : reasoningDetails;
    }

    /** Whether the model says something here, be it text, reasoning or a call. */
    boolean saysSomething() {
        return !text.isEmpty() || callCount > 0 || !thought().isEmpty();
    }

    int callCount() {
        return callCount;
    }

    ToolFragment call(int index) {
        return calls.get(index);
    }

    /** Another fragment of a call. */
    ToolFragment addCall() {
        if (callCount == MAX_CALLS) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + MAX_CALLS + " tool calls at once; that is no answer of a model.");
        }
        if (callCount == calls.size()) {
            calls.add(new ToolFragment());
        }
        ToolFragment call = calls.get(callCount++);
        call.reset();
        return call;
    }
}
