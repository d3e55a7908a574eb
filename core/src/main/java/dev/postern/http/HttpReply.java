package dev.postern.http;

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
