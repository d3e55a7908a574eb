package dev.postern.openai;

import dev.postern.json.JsonObject;

/** One element of {@code choices}, as the server sent it. */
final class Choice {
    static final int NO_INDEX = -1;

    long index = NO_INDEX;
    String finish = "";

    final Delta delta = new Delta();
    final Delta message = new Delta();

    /** All fields of the choice, if the request asks for {@link ServerFields}. */
    JsonObject fields = JsonObject.of(null);

    /** Clears the object for the next chunk. */
    void reset() {
        index = NO_INDEX;
        finish = "";
        fields = JsonObject.of(null);
        delta.reset();
        message.reset();
    }

    /** Whether this object is a choice: it has a delta or a message with fields, or a finish reason. */
    boolean isReal() {
        return delta.hasFields || message.hasFields || !finish.isEmpty();
    }

    /** The content of a whole answer: the message, or the delta if only the delta has content. */
    Delta whole() {
        return message.hasContent() || !delta.hasContent() ? message : delta;
    }
}
