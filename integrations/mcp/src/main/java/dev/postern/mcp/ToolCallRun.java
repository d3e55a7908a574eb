package dev.postern.mcp;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolResult;
import dev.postern.agent.ToolException;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool. It is sent once: again only if the server had forgotten the connection, or asks for that, because then it did not
 * run the tool.
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
    private volatile @Nullable Pending current;
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
        attempt(lease.holder(), true, "");
        return result;
    }

    /** Ends the use of the connection, before anyone learns that the call is over. */
    private void release() {
        if (released.compareAndSet(false, true)) {
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
        var unused = holder.get().whenComplete((session, thrown) -> {
            if (thrown != null) {
                fail(LlmException.of(thrown));
            } else if (!result.isDone()) {
                send(holder, session, mayRepeat, state);
            }
        });
    }

    private void send(SessionHolder holder, Session session, boolean mayRepeat, String state) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("name", tool);
        params.put("arguments", arguments);
        if (!state.isEmpty()) {
            params.put("requestState", state);
        }
        Map<String, String> needed = headers.of(arguments, session.protocol().isStateless());
        Pending.Options options = new Pending.Options(settings.idleTime(), callTime(), this::progress, needed, tool);
        Pending sent = session.request(Protocol.CALL_TOOL, params, options);
        current = sent;
        if (result.isDone()) {
            cancelCurrent(); // it was cancelled meanwhile
        }
        var unused = sent.answer().whenComplete((answer, thrown) -> {
            if (thrown == null) {
                answered(holder, answer);
            } else if (sent.isSessionGone() && mayRepeat) {
                attempt(holder, false, state);
            } else {
                fail(LlmException.of(thrown));
            }
        });
    }

    /** The time that is left of the limit and of the deadline of the caller; at least a millisecond, as zero means no limit. */
    private Duration callTime() {
        Duration own = settings.callTime();
        Duration left = context.remaining().orElse(own);
        Duration shorter = own.isZero() || left.compareTo(own) < 0 ? left : own;
        return shorter.isZero() && context.remaining().isEmpty()
                ? shorter
                : shorter.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : shorter;
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
                                            : "returned a result of the unknown type '" + RpcError.shortened(type)
                                                    + "'."))
                    .backend(settings.name())
                    .build());
        }
    }

    private static String asked(JsonObject answer) {
        JsonObject requests = answer.object("inputRequests");
        StringBuilder methods = new StringBuilder();
        for (String key : requests.names()) {
            methods.append(methods.isEmpty() ? "" : ", ")
                    .append(requests.object(key).text("method"));
        }
        return RpcError.shortened(methods.isEmpty() ? "again and again" : methods.toString());
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
        String told = switch (failure.kind()) {
            case TIMEOUT -> "the tool did not answer in time; it may have run";
            case INCOMPLETE_STREAM -> "the connection ended before the tool answered; it may have run";
            case UNSUPPORTED -> String.valueOf(failure.getMessage());
            default -> failure.serverMessage();
        };
        release();
        result.completeExceptionally(told.isEmpty() ? failure : new ToolException(told, failure));
    }
}
