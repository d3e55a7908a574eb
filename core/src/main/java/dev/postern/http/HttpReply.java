package dev.postern.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a server answered: the status and the headers, and with a whole answer the body.
 *
 * @param uri what was asked
 * @param status the HTTP status
 * @param headers all headers, found by name in any case
 * @param body the body; empty while only the head is there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied for nobody
public record HttpReply(URI uri, int status, HttpHeaders headers, byte[] body) {

    /** Whether the status says that the call went well. 206 does not: nobody asks for a part of an answer. */
    public boolean isSuccess() {
        return status >= 200 && status < 300 && status != 206;
    }

    /** Whether the status says that the answer is to be had elsewhere. 304 does not: that is an answer for caches. */
    public boolean isRedirect() {
        return status >= 300 && status < 400 && status != 304;
    }

    /** The first header of this name, or empty. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** All headers, for those who look for a pattern of names. */
    public Map<String, List<String>> headerMap() {
        return headers.map();
    }

    /** The media type in lower case, without parameters such as the charset; empty when the server names none. */
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
