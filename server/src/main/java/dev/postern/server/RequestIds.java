package dev.postern.server;

import com.sun.net.httpserver.Headers;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The ids by which a request is found again: in the answer, in the error and in the log.
 *
 * @param request the client's, or made here
 * @param correlation the client's, or the same as the other
 */
record RequestIds(String request, String correlation) {
    static final String REQUEST = "X-Request-Id";
    static final String CORRELATION = "X-Correlation-Id";

    /** What may be repeated in a header and in a log: not long, no spaces, no control characters. */
    private static final Pattern GOOD = Pattern.compile("[!-~]{1,128}");

    static RequestIds of(Headers headers) {
        String request =
                good(headers.getFirst(REQUEST), UUID.randomUUID().toString().replace("-", ""));
        return new RequestIds(request, good(headers.getFirst(CORRELATION), request));
    }

    private static String good(String id, String otherwise) {
        return id != null && GOOD.matcher(id).matches() ? id : otherwise;
    }
}
