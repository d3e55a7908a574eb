package dev.postern.examples.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** One request and its answer. Used by one thread. */
final class Exchange {
    private final HttpExchange http;
    private final Limits limits;
    private final StallGuard guard;
    private final RequestIds ids;
    private final BodyReader body;
    private Map<String, String> parameters = Map.of();
    private String backend = "";
    private String failure = "";
    private boolean begun;

    Exchange(HttpExchange http, Limits limits, StallGuard guard) {
        this.http = http;
        this.limits = limits;
        this.guard = guard;
        this.ids = RequestIds.of(http.getRequestHeaders());
        this.body = new BodyReader(http, limits, guard);
    }

    String method() {
        return http.getRequestMethod();
    }

    /** The path as it was sent, still encoded; without the query. */
    String path() {
        String target = http.getRequestURI().toString();
        if (target.startsWith("//")) {
            return target; // to java.net.URI this is a host, and so it would be in a Location
        }
        String path = http.getRequestURI().getRawPath();
        return path == null ? target : path;
    }

    /** The query as it was sent, with its question mark; empty if there is none. */
    String query() {
        String query = http.getRequestURI().getRawQuery();
        return query == null ? "" : "?" + query;
    }

    /** A header without white space around it; empty if it is absent. */
    String header(String name) {
        String value = http.getRequestHeaders().getFirst(name);
        return value == null ? "" : value.strip();
    }

    /** What stands in the path where the route has {@code {name}}. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    void parameters(Map<String, String> fromPath) {
        parameters = fromPath;
    }

    RequestIds ids() {
        return ids;
    }

    /** The backend that serves this request; empty as long as none was chosen. For the log. */
    String backend() {
        return backend;
    }

    void backend(String name) {
        backend = name;
    }

    /** Why it failed; empty if it did not. For the log. */
    String failure() {
        return failure;
    }

    void failed(String why) {
        failure = why;
    }

    /** Reads the body; see {@link BodyReader}. */
    byte[] body() throws IOException {
        return body.read();
    }

    /** Whether the status has gone out, so that there can be no other. */
    boolean begun() {
        return begun;
    }

    /** The status that went out; -1 before that. */
    int status() {
        return http.getResponseCode();
    }

    /** Answers with JSON. */
    void json(int status, byte[] json) throws IOException {
        json(status, json, Map.of());
    }

    /** Answers with JSON and with headers, whose values must be safe. */
    void json(int status, byte[] json, Map<String, String> headers) throws IOException {
        http.getResponseHeaders().set("Content-Type", "application/json");
        answer(status, json, headers);
    }

    /** Answers without a body. */
    void empty(int status, Map<String, String> headers) throws IOException {
        answer(status, new byte[0], headers);
    }

    private void answer(int status, byte[] content, Map<String, String> headers) throws IOException {
        headers.forEach(http.getResponseHeaders()::set);
        boolean closing = headers.containsKey("Connection") || body.leavesMuch();
        if (closing) {
            http.getResponseHeaders().set("Connection", "close");
        }
        begin();
        guard.write(limits.writeTime(), () -> send(status, content));
        if (closing) {
            body.discard();
        }
        guard.write(limits.writeTime(), http::close); // reads what is left of a small body, too
    }

    private void send(int status, byte[] content) throws IOException {
        if (content.length == 0) {
            http.sendResponseHeaders(status, -1); // -1: no body, whereas 0 means chunks
        } else if (method().equals("HEAD")) {
            http.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            http.sendResponseHeaders(status, -1);
        } else {
            http.sendResponseHeaders(status, content.length);
            OutputStream out = http.getResponseBody();
            out.write(content);
            out.flush();
        }
    }

    /** Answers with a stream of events; the 200 goes out at once. */
    SseResponse stream() throws IOException {
        begin();
        return SseResponse.begin(http, guard, limits.writeTime());
    }

    private void begin() {
        begun = true;
        http.getResponseHeaders().set(RequestIds.REQUEST, ids.request());
        http.getResponseHeaders().set(RequestIds.CORRELATION, ids.correlation());
    }
}
