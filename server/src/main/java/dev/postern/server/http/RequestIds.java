package dev.postern.server.http;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The ids that identify a request in the answer, in errors and in the log.
 *
 * @param request the client's request id, else a generated one
 * @param correlation the client's correlation id, else the request id
 */
public record RequestIds(String request, String correlation) {
    public static final String REQUEST = "X-Request-Id";
    public static final String CORRELATION = "X-Correlation-Id";

    /** Ids that are safe in a header and in a log: at most 128 characters, without spaces and control characters. */
    private static final Pattern GOOD = Pattern.compile("[!-~]{1,128}");

    static RequestIds of(RequestHead head) {
        String request = good(head.header(REQUEST), UUID.randomUUID().toString().replace("-", ""));
        return new RequestIds(request, good(head.header(CORRELATION), request));
    }

    private static String good(String id, String otherwise) {
        return GOOD.matcher(id).matches() ? id : otherwise;
    }
}
