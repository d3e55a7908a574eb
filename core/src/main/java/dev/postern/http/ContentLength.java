package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Optional;

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
        Optional<String> said = head.headers().firstValue("content-length");
        if (said.isEmpty()) {
            return -1;
        }
        long length;
        try {
            length = Long.parseLong(said.get());
        } catch (NumberFormatException e) {
            throw wrong(head, said.get());
        }
        if (length < 0) {
            throw wrong(head, said.get());
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
