package dev.postern.schema;

import dev.postern.LlmException;
import java.util.regex.Pattern;

/** How a model is brought to answer with JSON, the best way first. */
enum StructuredWay {
    /** The response format. */
    FORMAT(
            "response[_ ]?format|json[_ ]?schema|json[_ ]?object|output[_ ]?config|text[_ ]?format|structured[_ ]?output"),
    /** A tool that must be called. */
    TOOL("tool|function"),
    /** Words in the system prompt. */
    WORDS("");

    private final Pattern refused;

    StructuredWay(String refused) {
        this.refused = Pattern.compile(refused, Pattern.CASE_INSENSITIVE);
    }

    /** Whether the backend failed because of this way, so that the next may do. */
    boolean isRefusedBy(LlmException failure) {
        return this != WORDS
                && switch (failure.kind()) {
                    case UNSUPPORTED -> true;
                    case INVALID_REQUEST ->
                        refused.matcher(failure.getMessage() + " " + failure.serverMessage() + " " + failure.code())
                                .find();
                    default -> false;
                };
    }

    StructuredWay next() {
        return this == FORMAT ? TOOL : WORDS;
    }
}
