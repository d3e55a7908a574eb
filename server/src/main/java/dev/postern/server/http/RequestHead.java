package dev.postern.server.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Method, target and headers of a request. Immutable. */
final class RequestHead {
    private final String method;
    private final MultiMap headers;
    private final List<String> authority; // of HTTP/2, which has no header Host
    private final String path;
    private final String query;
    private final boolean valid;

    private RequestHead(
            String method, MultiMap headers, List<String> authority, String path, String query, boolean valid) {
        this.method = method;
        this.headers = headers;
        this.authority = authority;
        this.path = path;
        this.query = query;
        this.valid = valid;
    }

    static RequestHead of(HttpServerRequest request) {
        String method = request.method().name();
        HostAndPort host = request.version() == HttpVersion.HTTP_2 ? request.authority() : null;
        List<String> authority = host == null ? List.of() : List.of(host.toString());
        String target = request.uri();
        if (target.startsWith("//")) { // java.net.URI and a Location header take "//…" as a host
            return new RequestHead(method, request.headers(), authority, target, "", true);
        }
        try {
            URI uri = new URI(target);
            String path = uri.getRawPath() == null ? target : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new RequestHead(method, request.headers(), authority, path, query, true);
        } catch (URISyntaxException e) {
            return new RequestHead(method, request.headers(), authority, target, "", false);
        }
    }

    String method() {
        return method;
    }

    /** The path as it was sent, still encoded; without the query. */
    String path() {
        return path;
    }

    /** The query as it was sent, with its question mark; empty if there is none. */
    String query() {
        return query;
    }

    /** Whether the target is a valid URI. */
    boolean isValid() {
        return valid;
    }

    /** The trimmed value of a header; empty if it is absent. */
    String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value.strip();
    }

    /** The trimmed values of a header. {@code Host} is the authority of an HTTP/2 request. */
    List<String> headers(String name) {
        List<String> values = headers.getAll(name);
        return values.isEmpty() && name.equalsIgnoreCase("Host")
                ? authority
                : values.stream().map(String::strip).toList();
    }
}
