package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.List;

/** Reads the Content-Length of an answer. */
final class ContentLength {
    private static final int MAX_SHOWN = 40;

    private ContentLength() {}

    /**
     * The length that the head announces; -1 if it announces none.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if it is not a length
     */
    static long of(HttpReply head) {
        List<String> values = head.headers().allValues("content-length");
        if (values.isEmpty()) {
            return -1;
        }
        String said = values.get(0);
        long length;
        try {
            length = Long.parseLong(said);
        } catch (NumberFormatException e) {
            throw wrong(head, said);
        }
        if (length < 0) {
            throw wrong(head, said);
        }
        return length;
    }

    private static LlmException wrong(HttpReply head, String said) {
        String shown = said.substring(0, Math.min(said.length(), MAX_SHOWN)).replaceAll("[^ -~]", "?");
        return new LlmException(
                Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(head.uri()) + " has the Content-Length '" + shown
                        + "', which is not a valid length; check the server, and the proxies on the way.");
    }
}
