package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** Counts the bytes that are kept until the end of one answer, and fails if there are too many. */
final class KeptBytes {
    private final int max;
    private long kept;

    /**
     * Creates the counter of one answer.
     *
     * @param max the limit of all calls, signatures and server fields together
     */
    KeptBytes(int max) {
        this.max = max;
    }

    void add(int more) {
        kept += more;
        if (kept > max) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The tool calls, signatures and server fields of the answer are larger than " + max
                            + " bytes in total; ask for less, or raise max_response_bytes.");
        }
    }
}
