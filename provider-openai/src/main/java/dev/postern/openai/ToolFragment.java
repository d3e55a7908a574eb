package dev.postern.openai;

import org.jspecify.annotations.Nullable;

/** A fragment of a tool call, as the server sent it. The object is reused for later fragments. */
final class ToolFragment {
    static final int NO_INDEX = -1;

    String id = "";
    long index = NO_INDEX;
    String name = "";
    String arguments = "";
    boolean custom; // if true, the arguments are plain text

    @Nullable
    Object extraContent;

    /** Clears the object for the next fragment. */
    void reset() {
        id = "";
        index = NO_INDEX;
        name = "";
        arguments = "";
        custom = false;
        extraContent = null;
    }

    /** Copies another fragment. */
    void set(ToolFragment other) {
        id = other.id;
        index = other.index;
        name = other.name;
        arguments = other.arguments;
        custom = other.custom;
        extraContent = other.extraContent;
    }
}
