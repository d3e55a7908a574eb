package dev.postern.mcp;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolResult;
import dev.postern.agent.ToolException;
import dev.postern.flow.Timer;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool. It is sent once: again only if the server had forgotten the connection and so did not run the tool, or if the server
 * wants to go on with another request.
 */
final class ToolCallRun {
    private static final int MAX_CONTINUATIONS = 3;

    private final McpSettings settings;
    private final ScopedSessions sessions;
    private final String tool;
    private final Map<String, Object> arguments;
    private final ParamHeaders headers;
    private final CallContext context;
    private final CompletableFuture<ToolResult> result = new CompletableFuture<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile Runnable release = () -> {};
    private volatile Runnable cancelAlarm = () -> {};
    private volatile @Nullable Pending current;
    private volatile boolean mayHaveRun;
    private int continuations; // by one thread at a time

    ToolCallRun(
            McpSettings settings,
            ScopedSessions sessions,
            String tool,
            Map<String, Object> arguments,
            ParamHeaders headers,
            CallContext context) {
        this.settings = settings;
        this.sessions = sessions;
        this.tool = tool;
        this.arguments = arguments;
        this.headers = headers;
        this.context = context;
    }

    /** Cancelling the future cancels the call. */
    CompletableFuture<ToolResult> begin() {
        ScopedSessions.Lease lease = sessions.lease(context);
        release = lease.release();
        var unused = result.whenComplete((done, thrown) -> {
            if (result.isCancelled()) {
                cancelCurrent();
            }
            release(); // unless it was released before
        });
        Duration limit = limit();
        if (limit.isZero()) {
            attempt(lease.holder(), true, "");
        } else if (limit.isNegative()) {
            timeOut("the deadline of the caller is over");
        } else {
            cancelAlarm = settings.timer()
                    .after(Timer.nanos(limit), () -> timeOut("it did not end within " + Pending.shown(limit)));
            attempt(lease.holder(), true, "");
        }
        return result;
    }

    /** The time for the whole call, from the limit and the deadline of the caller: zero for no limit, negative if there is none left. */
    private Duration limit() {
        Duration own = settings.callTime();
        Optional<Duration> left = context.remaining();
        if (left.isEmpty() || (!own.isZero() && own.compareTo(left.get()) < 0)) {
            return own;
        }
        return left.get().isZero() ? Duration.ofNanos(-1) : left.get();
    }

    private void timeOut(String why) {
        Pending sent = current;
        LlmException failure = LlmException.builder(
                        Kind.TIMEOUT,
                        "The call of the tool '" + RpcError.shortened(tool) + "' of the MCP server '" + settings.name()
                                + "' failed: " + why + ".")
                .backend(settings.name())
                .build();
        fail(failure);
        if (sent != null) {
            sent.timeOut(failure); // the server is told
        }
    }

    /** Ends the use of the connection, before anyone learns that the call is over. */
    private void release() {
        if (released.compareAndSet(false, true)) {
            cancelAlarm.run();
            release.run();
        }
    }

    private void cancelCurrent() {
        Pending sent = current;
        if (sent != null) {
            sent.answer().cancel(true);
        }
    }

    private void attempt(SessionHolder holder, boolean mayRepeat, String state) {
        var unused = holder.get()
                .thenAccept(session -> {
                    if (!result.isDone()) {
                        send(holder, session, mayRepeat, state);
                    }
                })
                .exceptionally(this::failed);
    }

    /** The end of a stage that failed, or whose code threw. */
    private @Nullable Void failed(Throwable thrown) {
        fail(LlmException.of(thrown));
        return null;
    }

    private void send(SessionHolder holder, Session session, boolean mayRepeat, String state) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("name", tool);
        params.put("arguments", arguments);
        if (!state.isEmpty()) {
            params.put("requestState", state);
        }
        Map<String, String> needed = headers.of(arguments, session.protocol().isStateless());
        Pending.Options options = new Pending.Options(settings.idleTime(), Duration.ZERO, this::progress, needed, tool);
        boolean mayHaveRunBefore = mayHaveRun;
        mayHaveRun = true; // the time may be over while it is sent
        Pending sent = session.request(Protocol.CALL_TOOL, params, options);
        current = sent;
        mayHaveRun = mayHaveRunBefore || sent.isSent();
        if (result.isDone()) {
            cancelCurrent(); // it was cancelled meanwhile
        }
        var unused = sent.answer()
                .thenAccept(answer -> answered(holder, answer))
                .exceptionally(thrown -> {
                    if (!sent.isSessionGone() || !mayRepeat) {
                        return failed(thrown);
                    }
                    mayHaveRun = !state.isEmpty();
                    attempt(holder, false, state);
                    return null;
                });
    }

    private void progress(JsonObject params) {
        OptionalDouble total = number(params, "total");
        settings.callbacks()
                .progress(new McpProgress(
                        tool, number(params, "progress").orElse(0), total, params.text("message"), context));
    }

    private static OptionalDouble number(JsonObject params, String name) {
        return params.get(name) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    private void answered(SessionHolder holder, JsonObject answer) {
        String type = answer.text("resultType");
        if (type.isEmpty() || type.equals("complete")) {
            complete(answer);
            return;
        }
        String state = answer.text("requestState");
        boolean mayContinue = type.equals("input_required") && !answer.has("inputRequests") && !state.isEmpty();
        if (mayContinue && continuations++ < MAX_CONTINUATIONS) {
            attempt(holder, true, state); // the server wants to go on with another request
        } else {
            fail(LlmException.builder(
                            Kind.UNSUPPORTED,
                            "The tool '" + tool + "' of the MCP server '" + settings.name() + "' "
                                    + (type.equals("input_required")
                                            ? "asks for input (" + asked(answer)
                                                    + "), which this client does not offer."
                                            : "returned a result of the unknown type '" + settings.shown(type) + "'."))
                    .backend(settings.name())
                    .build());
        }
    }

    private String asked(JsonObject answer) {
        JsonObject requests = answer.object("inputRequests");
        StringBuilder methods = new StringBuilder();
        for (String key : requests.names()) {
            methods.append(methods.isEmpty() ? "" : ", ")
                    .append(requests.object(key).text("method"));
        }
        return settings.shown(methods.isEmpty() ? "again and again" : methods.toString());
    }

    private void complete(JsonObject answer) {
        try {
            ToolResult read = ResultReader.read(answer);
            release();
            result.complete(read);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * What the server says, and what the model can act on, is a {@link ToolException}, whose message the model reads. All other failures
     * may name addresses and programs, so the model is told their kind only.
     */
    private void fail(LlmException failure) {
        String said = failure.serverMessage();
        String told = failure.kind() == Kind.UNSUPPORTED
                ? String.valueOf(failure.getMessage())
                : said.isEmpty() ? CallFailureText.of(failure, mayHaveRun) : said;
        release();
        result.completeExceptionally(told.isEmpty() ? failure : new ToolException(told, failure));
    }
}
