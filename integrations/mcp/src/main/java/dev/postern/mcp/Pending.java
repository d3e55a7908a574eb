package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Timer;
import dev.postern.http.RequestSecrets;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request under way: its answer, which comes at most once, and its time limits. */
final class Pending {
    /**
     * What a request needs beside its method and its parameters.
     *
     * @param idle how long the server may be silent; zero for no limit
     * @param total how long the request may take; zero for no limit
     * @param progress is told the progress; null if nobody wants to know
     * @param headers headers of this request, for a server with headers
     * @param name the tool that is called; empty for other requests
     */
    record Options(
            Duration idle,
            Duration total,
            @Nullable Consumer<JsonObject> progress,
            Map<String, String> headers,
            String name) {

        static Options within(Duration limit) {
            return new Options(limit, limit, null, Map.of(), "");
        }

        static Options unlimited() {
            return within(Duration.ZERO);
        }
    }

    private final long id;
    private final String method;
    private final Options options;
    private final Timer timer;
    private final CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Consumer<Pending> onEnd;
    private final long begin;
    private volatile long lastSign;
    private volatile Runnable cancelAlarm = () -> {};
    private volatile @Nullable RpcError error;
    private volatile boolean sessionGone;
    private volatile boolean isTimeout;
    private volatile boolean sent;

    /**
     * Creates a request.
     *
     * @param onEnd runs once, before the answer or a failure is told; after a cancel of the answer, others may learn of it before
     */
    Pending(long id, String method, Options options, Timer timer, Consumer<Pending> onEnd) {
        this.id = id;
        this.method = method;
        this.options = options;
        this.timer = timer;
        this.onEnd = onEnd;
        begin = timer.nanoTime();
        lastSign = begin;
    }

    long id() {
        return id;
    }

    String method() {
        return method;
    }

    Options options() {
        return options;
    }

    /** The result, or an {@link LlmException}. Cancelling it cancels the request. */
    CompletableFuture<JsonObject> answer() {
        return answer;
    }

    /** Begins to watch the time limits. */
    void watch(String server) {
        var unused = answer.whenComplete((result, thrown) -> end()); // also after a cancel
        watchAgain(server);
    }

    private void watchAgain(String server) {
        long idle = Timer.nanos(options.idle());
        long total = Timer.nanos(options.total());
        if (idle == 0 && total == 0) {
            return;
        }
        long now = timer.nanoTime();
        long silent = now - lastSign;
        long taken = now - begin;
        if (total > 0 && taken >= total) {
            timeOut(server, "did not finish " + method + " within " + shown(options.total()));
        } else if (idle > 0 && silent >= idle) {
            timeOut(server, "was silent for " + shown(options.idle()) + " during " + method);
        } else {
            long wait = Math.min(idle > 0 ? idle - silent : Long.MAX_VALUE, total > 0 ? total - taken : Long.MAX_VALUE);
            cancelAlarm = timer.after(wait, () -> watchAgain(server));
            if (answer.isDone()) {
                cancelAlarm.run(); // it was complete before the alarm was set
            }
        }
    }

    private void timeOut(String server, String what) {
        timeOut(LlmException.builder(Kind.TIMEOUT, "The MCP server '" + server + "' " + what + ".")
                .backend(server)
                .build());
    }

    /** Fails the request, and tells the server that its time is over. */
    void timeOut(LlmException failure) {
        isTimeout = true;
        fail(failure);
    }

    static String shown(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private void end() {
        if (over.compareAndSet(false, true)) {
            cancelAlarm.run();
            onEnd.accept(this);
        }
    }

    /** The server reports progress, so it works. */
    void progress(JsonObject params) {
        lastSign = timer.nanoTime();
        Consumer<JsonObject> listener = options.progress();
        if (listener != null && !answer.isDone()) {
            listener.accept(params);
        }
    }

    /**
     * Takes the answer of the server.
     *
     * @param secrets what no failure may show
     */
    void answered(String server, Incoming message, RequestSecrets secrets) {
        RpcError given = message.error();
        if (given == null) {
            end();
            answer.complete(Objects.requireNonNull(message.result()));
        } else {
            RpcError refused = given.redacted(secrets);
            error = refused;
            fail(refused.failure(server, method));
        }
    }

    void fail(LlmException failure) {
        end();
        answer.completeExceptionally(failure);
    }

    /** The error that the server answered; null if it answered none. */
    @Nullable
    RpcError error() {
        return error;
    }

    void refusedWith(RpcError refused) {
        error = refused;
    }

    /** Whether the server has forgotten the session, so it did not run the request. */
    boolean isSessionGone() {
        return sessionGone;
    }

    void sessionIsGone() {
        sessionGone = true;
    }

    /** Whether the request was handed to the connection, so that the server may run it. */
    boolean isSent() {
        return sent;
    }

    void isSentNow() {
        sent = true;
    }

    boolean isTimeout() {
        return isTimeout;
    }

    /** True for the first caller: the server is told once that the request is cancelled. */
    boolean tellsCancel() {
        return told.compareAndSet(false, true);
    }
}
