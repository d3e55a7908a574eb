package dev.postern.schema;

import dev.postern.LlmException;
import java.util.regex.Pattern;

/** How a request asks for JSON, in order of preference. */
enum StructuredMode {
    /** With the response format. */
    FORMAT(
            "response[_ ]?format|json[_ ]?schema|json[_ ]?object|output[_ ]?config|text[_ ]?format|structured[_ ]?output"),
    /** With a tool that the model must call. */
    TOOL("tool|function"),
    /** With the schema in the system prompt. */
    PROMPT("");

    private final Pattern refused;

    StructuredMode(String refused) {
        this.refused = Pattern.compile(refused, Pattern.CASE_INSENSITIVE);
    }

    /** Whether the backend refused this mode, so that the next one may work. */
    boolean isRefusedBy(LlmException failure) {
        return this != PROMPT
                && switch (failure.kind()) {
                    case UNSUPPORTED -> true;
                    case INVALID_REQUEST ->
                        refused.matcher(failure.getMessage() + " " + failure.serverMessage() + " " + failure.code())
                                .find();
                    default -> false;
                };
    }

    StructuredMode next() {
        return this == FORMAT ? TOOL : PROMPT;
    }
}
