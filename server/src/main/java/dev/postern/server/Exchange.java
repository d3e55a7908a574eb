package dev.postern.server;

import com.sun.net.httpserver.HttpExchange;
import dev.postern.wire.GatewayHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One request and its answer. Used by one thread, but for what says otherwise. */
final class Exchange {
    private final HttpExchange http;
    private final Limits limits;
    private final StallGuard guard;
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

    Exchange(HttpExchange http, Limits limits, StallGuard guard, BodyBudget budget) {
        this.http = http;
        this.limits = limits;
        this.guard = guard;
        this.ids = RequestIds.of(http.getRequestHeaders());
        this.body = new BodyReader(http, limits, guard, budget);
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

    /** All values of a header, without white space around them. */
    List<String> headers(String name) {
        List<String> values = http.getRequestHeaders().get(name);
        return values == null ? List.of() : values.stream().map(String::strip).toList();
    }

    /** Whether there is a body, as far as the headers say. */
    boolean hasBody() {
        return body.isAnnounced();
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

    /** The backend or group that the request is for; empty as long as none was chosen. For the log. */
    String backend() {
        return backend;
    }

    void backend(String name) {
        backend = name;
    }

    /** The backend that was asked last, hence the one that answers; empty as long as none was asked. */
    String answeredBy() {
        return answeredBy;
    }

    /** May be called by any thread. */
    void answeredBy(String name) {
        answeredBy = name;
    }

    /** What ends the answer early, with a word to the client, when the server stops; by any thread. */
    synchronized void onCut(Runnable what) {
        whenCut = what;
        if (isCut) {
            what.run();
        }
    }

    /** The server stops, and does not wait for this answer. */
    synchronized void cut() {
        isCut = true;
        whenCut.run();
    }

    /** Runs this when the exchange is over. */
    void atEnd(Runnable what) {
        ends.add(what);
    }

    /** The exchange is over. */
    void end() {
        ends.forEach(Runnable::run);
        body.release();
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
        begin(true);
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

    /**
     * Answers with a stream of events; the 200 goes out at once.
     *
     * @param answered whether the backend has begun to answer; else another one may yet be asked
     */
    SseResponse stream(boolean answered) throws IOException {
        begin(answered);
        return SseResponse.begin(http, guard, limits.writeTime());
    }

    private void begin(boolean answered) {
        begun = true;
        if (answered && !answeredBy.isEmpty()) {
            http.getResponseHeaders().set(GatewayHeaders.BACKEND, headerOf(answeredBy));
        }
        http.getResponseHeaders().set(RequestIds.REQUEST, ids.request());
        http.getResponseHeaders().set(RequestIds.CORRELATION, ids.correlation());
    }

    /** Names of backends may hold anything; what a header cannot hold is percent-encoded. */
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
