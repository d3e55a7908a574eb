package dev.postern.openai;

import org.jspecify.annotations.Nullable;

/** A piece of a tool call, as it was read. One object serves all pieces of an answer, one after the other. */
final class ToolFragment {
    static final int NO_INDEX = -1;

    String id = "";
    long index = NO_INDEX;
    String name = "";
    String arguments = "";
    boolean custom; // then the arguments are plain text

    @Nullable
    Object extraContent;

    /** Ready for the next piece. */
    void reset() {
        id = "";
        index = NO_INDEX;
        name = "";
        arguments = "";
        custom = false;
        extraContent = null;
    }

    /** The same piece as another one. */
    void set(ToolFragment other) {
        id = other.id;
        index = other.index;
        name = other.name;
        arguments = other.arguments;
        custom = other.custom;
        extraContent = other.extraContent;
    }
}
