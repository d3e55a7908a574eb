package dev.postern.server;

import com.sun.net.httpserver.HttpExchange;
import dev.postern.wire.GatewayHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One request and its answer. Used by one thread, except for methods that say otherwise. */
final class ServerExchange {
    private final HttpExchange http;
    private final Limits limits;
    private final IoTimeout ioTimeout;
    private final RequestIds ids;
    private final BodyReader body;
    private Map<String, String> parameters = Map.of();
    private final List<Runnable> ends = new ArrayList<>(1);
    private String backend = "";
    private volatile String answeredBy = "";
    private Runnable whenCut = () -> {}; // guarded by this
    private boolean isCut; // guarded by this
    private String failure = "";
    private boolean begun;

    ServerExchange(HttpExchange http, Limits limits, IoTimeout ioTimeout, BodyBudget budget) {
        this.http = http;
        this.limits = limits;
        this.ioTimeout = ioTimeout;
        this.ids = RequestIds.of(http.getRequestHeaders());
        this.body = new BodyReader(http, limits, ioTimeout, budget);
    }

    String method() {
        return http.getRequestMethod();
    }

    /** The path as it was sent, still encoded; without the query. */
    String path() {
        String target = http.getRequestURI().toString();
        if (target.startsWith("//")) {
            return target; // java.net.URI and a Location header take "//…" as a host
        }
        String path = http.getRequestURI().getRawPath();
        return path == null ? target : path;
    }

    /** The query as it was sent, with its question mark; empty if there is none. */
    String query() {
        String query = http.getRequestURI().getRawQuery();
        return query == null ? "" : "?" + query;
    }

    /** The trimmed value of a header; empty if it is absent. */
    String header(String name) {
        String value = http.getRequestHeaders().getFirst(name);
        return value == null ? "" : value.strip();
    }

    /** The trimmed values of a header. */
    List<String> headers(String name) {
        List<String> values = http.getRequestHeaders().get(name);
        return values == null ? List.of() : values.stream().map(String::strip).toList();
    }

    /** Whether the headers announce a body. */
    boolean hasBody() {
        return body.isAnnounced();
    }

    /** The segment of the path at the position of {@code {name}} in the route. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    void parameters(Map<String, String> fromPath) {
        parameters = fromPath;
    }

    RequestIds ids() {
        return ids;
    }

    /** The requested backend or group, for the log; empty before it is known. */
    String backend() {
        return backend;
    }

    void backend(String name) {
        backend = name;
    }

    /** The backend of the last attempt, which is the one that answers; empty before the first attempt. */
    String answeredBy() {
        return answeredBy;
    }

    /** May be called by any thread. */
    void answeredBy(String name) {
        answeredBy = name;
    }

    /** Sets the action that ends the answer early when the server stops. May be called by any thread. */
    synchronized void onCut(Runnable action) {
        whenCut = action;
        if (isCut) {
            action.run();
        }
    }

    /** Ends the answer early, because the server stops. May be called by any thread. */
    synchronized void cut() {
        isCut = true;
        whenCut.run();
    }

    /** Adds an action for the end of the exchange. */
    void atEnd(Runnable action) {
        ends.add(action);
    }

    /** Ends the exchange. */
    void end() {
        try {
            ends.forEach(Runnable::run);
        } finally {
            body.release();
        }
    }

    /** The reason of the failure, for the log; empty for none. */
    String failure() {
        return failure;
    }

    void failed(String reason) {
        failure = reason;
    }

    /** Reads the body; see {@link BodyReader}. */
    byte[] body() throws IOException {
        return body.read();
    }

    /** Whether the status was sent, so that it cannot change. */
    boolean begun() {
        return begun;
    }

    /** The status that was sent; -1 before that. */
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
        begin(true);
        ioTimeout.write(limits.writeTime(), () -> send(status, content));
        if (closing) {
            body.discard();
        }
        ioTimeout.write(limits.writeTime(), http::close); // this also reads the rest of a small body
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

    /**
     * Answers with a stream of events. The status 200 is sent at once.
     *
     * @param answered whether the backend has begun to answer, so that it is known
     */
    SseResponse stream(boolean answered) throws IOException {
        begin(answered);
        return SseResponse.begin(http, ioTimeout, limits.writeTime());
    }

    private void begin(boolean answered) {
        begun = true;
        if (answered && !answeredBy.isEmpty()) {
            http.getResponseHeaders().set(GatewayHeaders.BACKEND, headerOf(answeredBy));
        }
        http.getResponseHeaders().set(RequestIds.REQUEST, ids.request());
        http.getResponseHeaders().set(RequestIds.CORRELATION, ids.correlation());
    }

    /** The name of a backend as a header value. Characters that a header cannot contain are percent-encoded. */
    private static String headerOf(String name) {
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
