package dev.postern.mcp;

import dev.postern.LlmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP: each message is a request of HTTP, whose answer has the answer of the server. */
final class HttpLink implements Link {
    private static final int MAX_POSTS = 32;
    private static final int MAX_CANCELS = 16;
    private static final int MAX_WAITING_CANCELS = 256;

    private static final long FAREWELL_MILLIS = 2000;

    private final HttpEndpoint endpoint;
    private final Link.Events events;
    private final PostLane posts = new PostLane(MAX_POSTS, 0);
    /** Apart from answers to requests of the server, of which it can send as many as it likes. */
    private final PostLane cancels = new PostLane(MAX_CANCELS, MAX_WAITING_CANCELS);

    private volatile Protocol protocol = Protocol.UNKNOWN;
    /** The id that a server of an older protocol gave this connection; empty if there is none. */
    private volatile String session = "";

    HttpLink(HttpEndpoint endpoint, Link.Events events) {
        this.endpoint = endpoint;
        this.events = events;
    }

    HttpEndpoint endpoint() {
        return endpoint;
    }

    String session() {
        return session;
    }

    /** The server has forgotten the session. */
    void sessionIsGone() {
        events.expired();
    }

    /** The server begins a session. */
    void sessionBegins(String id) {
        session = id;
    }

    @Override
    public void agreed(Protocol agreed) {
        protocol = agreed;
    }

    @Override
    public void send(Pending request, byte[] message) {
        Map<String, String> headers = headers("application/json, text/event-stream");
        headers.put("Content-Type", "application/json");
        if (protocol.isStateless()) {
            headers.put("Mcp-Method", request.method());
            if (!request.options().name().isEmpty()) {
                headers.put("Mcp-Name", ParamHeaders.encoded(request.options().name()));
            }
            headers.putAll(request.options().headers());
        }
        HttpOperation operation = new HttpOperation(this, "POST", headers, message, request);
        HttpMessages exchange = new HttpMessages(events, request.id()) {
            @Override
            void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                if (answer != null) {
                    request.answered(endpoint.name(), answer, operation.secrets());
                } else {
                    request.fail(failure == null ? otherAnswer(request) : failure);
                }
            }
        };
        var unused = request.answer().whenComplete((result, thrown) -> {
            exchange.cancel(); // it may not be over: the answer can come on another stream
        });
        endpoint.transport().stream(operation).subscribe(exchange);
    }

    private LlmException otherAnswer(Pending request) {
        return LlmException.builder(
                        LlmException.Kind.PROTOCOL,
                        "The MCP server '" + endpoint.name() + "' answered another request than " + request.method()
                                + "; check the server, and the proxies on the way.")
                .backend(endpoint.name())
                .build();
    }

    private Map<String, String> headers(String accept) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", accept);
        if (!protocol.version().isEmpty()) {
            headers.put("MCP-Protocol-Version", protocol.version());
        }
        if (!session.isEmpty()) {
            headers.put("Mcp-Session-Id", session);
        }
        return headers;
    }

    @Override
    public CompletableFuture<Boolean> post(byte[] message) {
        return posts.post(() -> sent(message));
    }

    private CompletableFuture<Boolean> sent(byte[] message) {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        Map<String, String> headers = headers("application/json, text/event-stream");
        headers.put("Content-Type", "application/json");
        exchange("POST", headers, message, sent);
        return sent;
    }

    /** Sends a message whose answer does not matter. */
    private void exchange(String method, Map<String, String> headers, byte[] body, CompletableFuture<Boolean> done) {
        endpoint.transport().stream(new HttpOperation(this, method, headers, body, null))
                .subscribe(new HttpMessages(events, HttpMessages.NO_ANSWER) {
                    @Override
                    void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                        done.complete(failure == null);
                    }
                });
    }

    /** Closing the stream, which happens already, is enough for the stateless protocol; an older server wants to be told. */
    @Override
    public void cancel(Pending request, String reason) {
        if (!protocol.isStateless() && !protocol.version().isEmpty()) {
            byte[] message =
                    Protocol.notification(Protocol.CANCELLED, Map.of("requestId", request.id(), "reason", reason));
            var unused = cancels.post(() -> sent(message));
        }
    }

    @Override
    public Runnable listen(Runnable opened, Consumer<@Nullable LlmException> ended) {
        HttpMessages exchange = new HttpMessages(events, HttpMessages.NO_ANSWER) {
            @Override
            void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                ended.accept(failure);
            }
        };
        endpoint.transport().stream(HttpOperation.listening(this, headers("text/event-stream"), opened))
                .subscribe(exchange);
        return exchange::cancel;
    }

    @Override
    public void close() {
        cancels.close();
        if (session.isEmpty()) {
            return;
        }
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        exchange("DELETE", headers("application/json"), new byte[0], ended);
        session = "";
        try {
            ended.get(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the server ends the session by itself
        }
    }
}
