package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answer of a server: status and headers, and the body of a whole answer.
 *
 * @param uri the address of the request
 * @param status the HTTP status
 * @param headers all headers; names are found in any case
 * @param body the body; empty if only the head was received
 */
@SuppressWarnings("ArrayRecordComponent") // not compared, and not copied
public record HttpReply(URI uri, int status, HttpHeaders headers, byte[] body) {
    static final byte[] NO_BODY = {};

    private static final int MAX_SHOWN = 40;

    /** Whether the status is a success. 206 is not, as no request asks for a part of an answer. */
    public boolean isSuccess() {
        return status >= 200 && status < 300 && status != 206;
    }

    /** Whether the status is a redirect. 304 is not, as it is an answer for caches. */
    public boolean isRedirect() {
        return status >= 300 && status < 400 && status != 304;
    }

    /** The first header of this name, or empty. */
    public String header(String name) {
        return first(headers, name);
    }

    static String first(HttpHeaders headers, String name) {
        List<String> values = headers.allValues(name); // firstValue() makes a stream
        return values.isEmpty() ? "" : values.get(0);
    }

    /** All headers, for searches by patterns of names. */
    public Map<String, List<String>> headerMap() {
        return headers.map();
    }

    /** The media type in lower case, without parameters such as the charset; empty if the server sends none. */
    public String mediaType() {
        String type = header("content-type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    /**
     * The length that the head announces; -1 if it announces none.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if it is not a length
     */
    long contentLength() {
        List<String> values = headers.allValues("content-length");
        if (values.isEmpty()) {
            return -1;
        }
        String said = values.get(0);
        long length;
        try {
            length = Long.parseLong(said);
        } catch (NumberFormatException e) {
            throw wrongLength(said);
        }
        if (length < 0) {
            throw wrongLength(said);
        }
        return length;
    }

    private LlmException wrongLength(String said) {
        String shown = said.substring(0, Math.min(said.length(), MAX_SHOWN)).replaceAll("[^ -~]", "?");
        return new LlmException(
                Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(uri) + " has the Content-Length '" + shown
                        + "', which is not a valid length; check the server, and the proxies on the way.");
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    HttpReply withBody(byte[] bytes) {
        return new HttpReply(uri, status, headers, bytes);
    }

    /** Status, address and size; no header and no content. */
    @Override
    public String toString() {
        return status + " from " + HttpCall.shown(uri) + ", " + body.length + " bytes";
    }
}
