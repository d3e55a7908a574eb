package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.server.access.Caller;
import dev.postern.server.observe.ObservedRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One request and its answer. An exchange is answered once: later answers are dropped. Thread-safe, unless a method says
 * otherwise.
 */
public final class ServerExchange {
    private final HttpServerRequest http;
    private final Context context;
    private final BooleanSupplier stopping;
    private final RequestHead head;
    private final RequestIds ids;
    private final BodyCollector body;
    private final HttpAnswer answer;
    private final OneTimeEvent cut = new OneTimeEvent();
    private final ExchangeEnd end = new ExchangeEnd();
    private final Holds holds = new Holds();
    private final OneTimeEvent beforeRefusal = new OneTimeEvent();
    private volatile Map<String, String> parameters = Map.of();
    private volatile String backend = "";
    private volatile String answeredBy = "";
    private volatile String failure = "";
    private volatile Caller caller = Caller.ANYBODY;
    private volatile Map<String, String> common = Map.of();
    private volatile Optional<LlmException.Kind> failureKind = Optional.empty();
    private volatile Optional<ObservedRequest> observed = Optional.empty();
    private volatile ErrorFormat errors = ErrorFormat.GATEWAY;
    private volatile boolean isGone;
    private volatile int status = -1;
    private volatile boolean streaming;
    private boolean begun; // guarded by this

    /** Created on the event loop of the request. */
    ServerExchange(
            Context context,
            HttpServerRequest http,
            Limits limits,
            BodyBudget budget,
            Consumer<HttpConnection> abort,
            BooleanSupplier stopping) {
        this.http = http;
        this.context = context;
        this.stopping = stopping;
        head = RequestHead.of(http);
        ids = RequestIds.of(head);
        body = new BodyCollector(context.owner(), http, head, limits, budget);
        answer = new HttpAnswer(context, http, limits.writeTime(), abort, this::tooSlow, end::happen);
        http.response().closeHandler(closed -> disconnected()).exceptionHandler(broken -> disconnected());
        cut.action(() -> fail(HttpFailure.stopping()));
    }

    public String method() {
        return head.method();
    }

    /** The path as it was sent, still encoded; without the query. */
    public String path() {
        return head.path();
    }

    /** The query as it was sent, with its question mark; empty if there is none. */
    public String query() {
        return head.query();
    }

    /** Whether the target of the request is a valid URI. */
    boolean hasValidTarget() {
        return head.isValid();
    }

    /** The trimmed value of a header; empty if it is absent. */
    public String header(String name) {
        return head.header(name);
    }

    /** The trimmed values of a header. */
    public List<String> headers(String name) {
        return head.headers(name);
    }

    /** The address at the other end of the connection, of the client or of a proxy, without its port. */
    public String peerAddress() {
        return String.valueOf(http.remoteAddress().hostAddress());
    }

    /** Whether the request has a body. */
    public boolean hasBody() {
        return body.isAnnounced();
    }

    /** The segment of the path at the position of {@code {name}} in the route. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    void parameters(Map<String, String> fromPath) {
        parameters = fromPath;
    }

    public RequestIds ids() {
        return ids;
    }

    /** Who makes the request; {@link Caller#ANYBODY} before that is known. */
    public Caller caller() {
        return caller;
    }

    public void caller(Caller known) {
        caller = known;
        observed.ifPresent(request -> request.caller(known.name(), known.tenant()));
    }

    /** Sets headers that the answer has in any case, also an error. Their values must be safe. */
    public void commonHeaders(Map<String, String> headers) {
        common = Map.copyOf(headers);
    }

    /** The requested backend or group, for the log; empty before it is known. */
    String backend() {
        return backend;
    }

    public void backend(String name) {
        backend = name;
    }

    /** The backend of the last attempt, which is the one that answers; empty before the first attempt. */
    public String answeredBy() {
        return answeredBy;
    }

    public void answeredBy(String name) {
        answeredBy = name;
    }

    /** Sets what collects the facts about this request. */
    public void observe(ObservedRequest request) {
        observed = Optional.of(request);
    }

    /** What collects the facts about this request, if anything does. */
    public Optional<ObservedRequest> observed() {
        return observed;
    }

    /** Sets the pattern of the route that was found. */
    void route(String pattern) {
        observed.ifPresent(request -> request.route(pattern));
    }

    /** Whether the client was gone before it had the answer. */
    public boolean isGone() {
        return isGone;
    }

    /** The bytes of the body that were received. */
    public long bytesRead() {
        return http.bytesRead();
    }

    /** The bytes of the answer's body that were sent. */
    public long bytesWritten() {
        return http.response().bytesWritten();
    }

    /** The kind of the failure, if there was one. */
    public Optional<LlmException.Kind> failureKind() {
        return failureKind;
    }

    /** Sets why the request failed. */
    public void failed(String reason, LlmException.Kind kind) {
        failure = reason;
        failureKind = Optional.of(kind);
    }

    /** The reason of the failure, for the log; empty for none. */
    public String failure() {
        return failure;
    }

    public void failed(String reason) {
        failure = reason;
    }

    /** Sets the action that ends the answer early when the server stops. */
    public void onCut(Runnable action) {
        cut.action(action);
    }

    /** Ends the answer early, because the server stops. */
    void cut() {
        cut.happen();
    }

    /** Sets the action for a client that closes the connection, or cancels the request, before it has the answer. */
    public void onGone(Runnable action) {
        end.onGone(action);
    }

    /** Adds an action for the end of the exchange. It runs at once if the exchange has ended. */
    public void atEnd(Runnable action) {
        end.atEnd(action);
    }

    /** Sets what happens at the end, after all other actions for it. */
    void whenEnded(Runnable last) {
        end.whenEnded(() -> {
            body.release();
            holds.remove();
            last.run();
        });
    }

    /** Adds an action for the end of the exchange and of all work that goes on without it; see {@link #hold}. */
    public void whenReleased(Runnable action) {
        holds.whenReleased(action);
    }

    /** Announces work that may go on after the exchange, such as a run of an agent. The result is to be run at its end. */
    public Runnable hold() {
        return holds.add();
    }

    /** Sets what happens before an error is sent. */
    void onRefusal(Runnable action) {
        beforeRefusal.action(action);
    }

    /** Collects the body; see {@link BodyCollector#collect}. On the event loop. */
    void collect(Runnable complete) {
        body.collect(complete, this::fail);
    }

    /** The body; see {@link BodyCollector#read}. Empty for a method that has none. */
    public byte[] body() {
        return body.read();
    }

    /** Whether an answer was chosen, so that it cannot change. */
    synchronized boolean begun() {
        return begun;
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** The status that was sent; -1 before that. */
    public int status() {
        return status;
    }

    /** Answers with JSON. */
    public void json(int code, byte[] json) {
        json(code, json, Map.of());
    }

    /** Answers with JSON and with headers, whose values must be safe. */
    public void json(int code, byte[] json, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/json");
        whole(code, json, all);
    }

    /** Answers with this content and these headers, one of which is its type. Their values must be safe. */
    public void content(int code, byte[] content, Map<String, String> headers) {
        whole(code, content, headers);
    }

    /** Answers without a body. */
    public void empty(int code, Map<String, String> headers) {
        whole(code, new byte[0], headers);
    }

    private void whole(int code, byte[] content, Map<String, String> headers) {
        if (!begin()) {
            return;
        }
        Map<String, String> all = complete(answeredBy, headers);
        onEventLoop(() -> {
            status = code;
            if (headers.containsKey("Connection") || body.leavesMuch()) {
                all.put("Connection", "close");
                answer.whole(code, content, all);
                body.discardBefore(answer::close);
            } else {
                answer.whole(code, content, all);
                body.discard(answer::close);
            }
        });
    }

    /**
     * Begins an answer in pieces. On the event loop.
     *
     * @param named whether the backend has begun to answer, so that it is known
     * @return empty if the exchange was answered already
     */
    Optional<HttpAnswer> stream(boolean named, Map<String, String> headers) {
        if (!begin()) {
            return Optional.empty();
        }
        streaming = true;
        observed.ifPresent(ObservedRequest::streaming);
        status = 200;
        answer.begin(complete(named ? answeredBy : "", headers));
        body.discard(answer::close);
        return Optional.of(answer);
    }

    private Map<String, String> complete(String name, Map<String, String> headers) {
        Map<String, String> all = AnswerHeaders.of(ids, name, headers);
        common.forEach(all::putIfAbsent);
        return all;
    }

    /** Sets the form of error answers. */
    void errors(ErrorFormat format) {
        errors = format;
    }

    /** Answers with an error. A stream that has begun is cut off. */
    public void fail(Throwable thrown) {
        ErrorAnswer error = ErrorAnswer.of(thrown, errors, ids.request(), stopping.getAsBoolean());
        if (begun() && !streaming) {
            return; // it is answered
        }
        failureKind = failureKind.or(() -> Optional.of(error.kind()));
        if (!error.reason().isEmpty()) {
            failed(error.reason());
        }
        if (streaming) {
            drop();
        } else {
            beforeRefusal.happen();
            json(error.status(), error.json(), error.headers());
        }
    }

    /** Closes the connection without an answer, or without the rest of it. */
    void drop() {
        if (failure.isEmpty()) { // otherwise it would look as if the client had left
            failed("cut off");
        }
        begin();
        onEventLoop(answer::cut);
    }

    private void tooSlow() {
        if (failure.isEmpty()) {
            failed("the client read too slowly");
        }
    }

    private void disconnected() {
        if (end.hasHappened()) {
            return;
        }
        if (failure.isEmpty()) { // otherwise the server has cut the connection
            isGone = true;
            failed("the client is gone");
        }
        begin();
        end.gone();
    }

    /** Runs an action on the event loop of the request; at once if this is its thread. */
    void onEventLoop(Runnable action) {
        if (Vertx.currentContext() == context) {
            action.run();
        } else {
            context.runOnContext(now -> action.run());
        }
    }

    Context context() {
        return context;
    }
}
