package dev.postern.server.http;

import dev.postern.wire.GatewayHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers that each answer has. */
final class AnswerHeaders {
    private AnswerHeaders() {}

    /** These headers with the ids and, unless it is empty, the name of the backend. */
    static Map<String, String> of(RequestIds ids, String backend, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (!backend.isEmpty()) {
            all.put(GatewayHeaders.BACKEND, encoded(backend));
        }
        all.put(RequestIds.REQUEST, ids.request());
        all.put(RequestIds.CORRELATION, ids.correlation());
        return all;
    }

    /** The name of a backend as a header value. Characters that a header cannot contain are percent-encoded. */
    private static String encoded(String name) {
        StringBuilder value = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (each > ' ' && each < 0x7F && each != '%') {
                value.append((char) each);
            } else {
                value.append(String.format("%%%02X", each));
            }
        }
        return value.toString();
    }
}
