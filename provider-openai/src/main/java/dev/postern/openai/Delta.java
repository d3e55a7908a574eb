package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one {@code delta} or {@code message}. They become part of the answer only after the whole chunk was
 * read, because only then it is known whether the choice counts. The object is reused for later chunks.
 */
final class Delta {
    /** The maximum number of tool calls in one delta. */
    private static final int MAX_CALLS = 1024;

    /** The kind of content, to detect deltas that differ in only one string. */
    enum Shape {
        /** No content. */
        NONE,
        /** One string of text. */
        TEXT,
        /** One string of reasoning. */
        REASONING,
        /** One string of arguments of a tool call. */
        ARGUMENTS,
        /** Anything else. */
        OTHER
    }

    private Shape shape = Shape.NONE;
    private List<ToolFragment> calls = List.of(); // the first callCount elements belong to this delta
    private int callCount;

    /** Whether the delta has any field. */
    boolean hasFields;

    // A string is kept without a copy; only typed parts are joined.
    String text = "";
    boolean refused;

    /** The name of a field with an image or audio, which an answer cannot contain; empty if there is none. */
    String media = "";

    // The fields in which servers send reasoning. Several of them may have the same text, so only one is used.
    String reasoningContent = "";
    String reasoning = "";
    String reasoningText = "";
    String reasoningDetails = "";
    String thinkingText = "";

    // Data to send back to the server.
    List<?> details = List.of();
    List<?> thinking = List.of();
    String opaque = "";

    @Nullable
    Object extraContent;

    /** Whether Gemini marks the text as a thought. */
    boolean isMarked;

    /** Whether Gemini sent a signature. */
    boolean isSigned;

    /** Clears the object for the next chunk. */
    void reset() {
        shape = Shape.NONE;
        callCount = 0;
        hasFields = refused = isMarked = isSigned = false;
        text = reasoningContent = reasoning = reasoningText = reasoningDetails = thinkingText = opaque = media = "";
        details = thinking = List.of();
        extraContent = null;
    }

    /** Adds a kind of content. With the second one, the shape is {@link Shape#OTHER}. */
    void addShape(Shape part) {
        shape = shape == Shape.NONE ? part : Shape.OTHER;
    }

    Shape shape() {
        return shape;
    }

    /** Whether the whole content is one string: text, reasoning, or the arguments of a tool call. */
    boolean isOneString() {
        return shape != Shape.NONE && shape != Shape.OTHER;
    }

    /** The string if {@link #isOneString}. */
    String oneString() {
        return switch (shape) {
            case ARGUMENTS -> call(0).arguments;
            case REASONING -> reasoning();
            default -> text;
        };
    }

    /** The text of the reasoning; empty if there is none. */
    String reasoning() {
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

    /** Whether there is text, reasoning or a tool call. */
    boolean hasContent() {
        return !text.isEmpty() || callCount > 0 || !reasoning().isEmpty();
    }

    /** Whether there is data to send back to the server. */
    boolean hasExtras() {
        return extraContent != null || !opaque.isEmpty() || !details.isEmpty() || !thinking.isEmpty();
    }

    int callCount() {
        return callCount;
    }

    ToolFragment call(int index) {
        return calls.get(index);
    }

    /** Adds an empty fragment of a tool call and returns it. */
    ToolFragment addCall() {
        if (callCount == MAX_CALLS) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + MAX_CALLS + " tool calls in one chunk; this limit is fixed.");
        }
        if (calls.isEmpty()) {
            calls = new ArrayList<>();
        }
        if (callCount == calls.size()) {
            calls.add(new ToolFragment());
        }
        ToolFragment call = calls.get(callCount++);
        call.reset();
        return call;
    }
}
