package dev.postern.http;

import dev.postern.LlmException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP request, ready to be sent.
 *
 * @param method {@code GET} or {@code POST}
 * @param uri where to
 * @param headers names and values; their case is kept on the wire
 * @param body the body, or an empty array for none. Owned by the call: do not change it afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied for nobody
public record HttpCall(String method, URI uri, Map<String, String> headers, byte[] body) {

    /** Copies the headers. */
    public HttpCall {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Asks for something. */
    public static HttpCall get(URI uri, Map<String, String> headers) {
        return new HttpCall("GET", uri, headers, new byte[0]);
    }

    /** Sends something. */
    public static HttpCall post(URI uri, Map<String, String> headers, byte[] body) {
        return new HttpCall("POST", uri, headers, body);
    }

    /** The address without user info and query, which may hold secrets: safe for errors and logs. */
    public static String shown(URI uri) {
        String host = uri.getHost() == null ? String.valueOf(uri.getRawAuthority()) : uri.getHost();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host.substring(host.lastIndexOf('@') + 1) + port + uri.getRawPath();
    }

    /**
     * For the JDK's client. No {@link HttpRequest.Builder#timeout}: up to JDK 25 it ends at the headers, from 26 on it
     * would cut healthy streams (JDK-8208693). A body of known length: several servers refuse a chunked one.
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

    /** The JDK's own error would show the value, which may be a key. */
    private static void set(HttpRequest.Builder request, String name, String value) {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) {
            throw configuration("The header '" + name.replaceAll("[^!-~]", "?").toLowerCase(Locale.ROOT)
                    + "' cannot be sent: its name is reserved, or name or value hold characters that HTTP does not"
                    + " allow (a line break in a key, for example).");
        }
    }

    private static LlmException configuration(String message) {
        return new LlmException(LlmException.Kind.CONFIGURATION, message);
    }

    /** Names the headers but shows no value: they may be secrets. */
    @Override
    public String toString() {
        return method + " " + shown(uri) + " " + headers.keySet() + " " + body.length + " bytes";
    }
}
