package dev.postern.openai;

import dev.postern.json.JsonObject;

/** One element of {@code choices}, as it was read. */
final class Choice {
    static final int NO_INDEX = -1;

    long index = NO_INDEX;
    String finish = "";

    final Delta delta = new Delta();
    final Delta message = new Delta();

    /** All of it, if {@link ServerFields} are wanted. */
    JsonObject fields = JsonObject.of(null);

    /** Ready for the next chunk. */
    void reset() {
        index = NO_INDEX;
        finish = "";
        fields = JsonObject.of(null);
        delta.reset();
        message.reset();
    }

    /** Whether this is a choice at all: an object without content and without an end is none. */
    boolean isReal() {
        return delta.hasFields || message.hasFields || !finish.isEmpty();
    }

    /** What counts of a whole answer: the message, unless it is the delta that says something. */
    Delta whole() {
        return message.saysSomething() || !delta.saysSomething() ? message : delta;
    }
}
