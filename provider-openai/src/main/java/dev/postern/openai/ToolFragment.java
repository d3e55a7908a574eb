package dev.postern.openai;

import org.jspecify.annotations.Nullable;

/** A piece of a tool call, as it was read. One object serves all pieces of an answer, one after the other. */
final class ToolFragment {
    static final int NO_INDEX = -1;

    String id = "";
    long index = NO_INDEX;
    String name = "";
    String arguments = "";

    @Nullable
    Object extraContent;

    /** Ready for the next piece. */
    void reset() {
        id = "";
        index = NO_INDEX;
        name = "";
        arguments = "";
        extraContent = null;
    }
}
