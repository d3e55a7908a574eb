package dev.postern.http;

import dev.postern.LlmException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP request.
 *
 * @param method {@code GET} or {@code POST}
 * @param uri the address
 * @param headers names and values; the case of names is kept, their order is not
 * @param body the body, empty for none. It is not copied and must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // not compared, and not copied
public record HttpCall(String method, URI uri, Map<String, String> headers, byte[] body) {

    /** Creates a request. Copies the headers. */
    public HttpCall {
        headers = Map.copyOf(headers); // costs nothing for a map that is such a copy already
    }

    /** A GET request. */
    public static HttpCall get(URI uri, Map<String, String> headers) {
        return new HttpCall("GET", uri, headers, HttpReply.NO_BODY);
    }

    /** A POST request. */
    public static HttpCall post(URI uri, Map<String, String> headers, byte[] body) {
        return new HttpCall("POST", uri, headers, body);
    }

    /**
     * This request with further headers.
     *
     * @param replaces whether they replace headers of the same name, which are not signed
     */
    HttpCall plus(Map<String, String> more, boolean replaces) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        more.forEach((name, value) -> {
            if (replaces) {
                all.keySet().removeIf(name::equalsIgnoreCase);
            }
            if (all.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                all.put(name, value);
            }
        });
        return new HttpCall(method, uri, all, body);
    }

    /** The address without user info and query, which may contain secrets, for errors and logs. */
    public static String shown(URI uri) {
        String host = uri.getHost() == null ? String.valueOf(uri.getRawAuthority()) : uri.getHost();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host.substring(host.lastIndexOf('@') + 1) + port + uri.getRawPath();
    }

    /** Scheme, host and port of an address, for listeners. */
    public static String origin(URI uri) {
        String shown = shown(uri);
        int path = shown.indexOf('/', shown.indexOf("://") + 3);
        return path < 0 ? shown : shown.substring(0, path);
    }

    /**
     * Removes user, password and query from the text of an address, which need not be valid. If an at sign follows a
     * question mark, either the password has the question mark or the query has the at sign, so nothing but the scheme
     * is left.
     */
    public static String masked(String address) {
        return address.replaceFirst("(?s)\\?.*@.*", "@...")
                .replaceFirst("(?s)^(\\w+://)?.*@", "$1") // up to the last one: a password may contain any character
                .replaceFirst("(?s)\\?.*", "");
    }

    /**
     * The request for the JDK's client. {@link HttpRequest.Builder#timeout} is not used: up to JDK 25 it ends at the
     * headers, from 26 on it cuts healthy streams (JDK-8208693). The length of the body is known, as several servers
     * refuse chunks.
     */
    HttpRequest toRequest(HttpClient.Version version) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(uri).version(version);
        } catch (IllegalArgumentException e) {
            throw configuration(
                    "The address " + shown(uri) + " cannot be called; it must begin with http:// or https://");
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            set(request, header.getKey(), header.getValue());
        }
        if (body.length == 0 && method.equals("GET")) {
            return request.GET().build();
        }
        return request.method(method, BodyPublishers.ofByteArray(body)).build();
    }

    /** Sets a header. The exception of the JDK would contain the value, which may be a key. */
    private static void set(HttpRequest.Builder request, String name, String value) {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) {
            throw configuration("The header '" + name.replaceAll("[^!-~]", "?").toLowerCase(Locale.ROOT)
                    + "' cannot be sent: its name is reserved, or name or value contain characters that HTTP does not"
                    + " allow (a line break in a key, for example).");
        }
    }

    private static LlmException configuration(String message) {
        return new LlmException(LlmException.Kind.CONFIGURATION, message);
    }

    /** Contains the names of headers but no values, which may be secrets. */
    @Override
    public String toString() {
        return method + " " + shown(uri) + " " + headers.keySet() + " " + body.length + " bytes";
    }
}
