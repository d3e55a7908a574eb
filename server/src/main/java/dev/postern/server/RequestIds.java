package dev.postern.server;

import com.sun.net.httpserver.Headers;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The ids that identify a request in the answer, in errors and in the log.
 *
 * @param request the client's request id, else a generated one
 * @param correlation the client's correlation id, else the request id
 */
record RequestIds(String request, String correlation) {
    static final String REQUEST = "X-Request-Id";
    static final String CORRELATION = "X-Correlation-Id";

    /** Ids that are safe in a header and in a log: at most 128 characters, without spaces and control characters. */
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
