package dev.postern.mcp;

import dev.postern.LlmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP: each message is a request of HTTP, whose answer has the answer of the server. */
final class HttpLink implements Link {
    /** The messages without an answer that are under way at once; further ones are dropped. */
    private static final int MAX_POSTS = 32;

    private static final long FAREWELL_MILLIS = 2000;

    private final HttpEndpoint endpoint;
    private final Link.Events events;
    private final Semaphore posts = new Semaphore(MAX_POSTS);
    private volatile Protocol protocol = Protocol.UNKNOWN;
    /** The id that a server of an older protocol gave this connection; empty if there is none. */
    private volatile String session = "";

    private volatile @Nullable HttpMessages listening;

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
            if (thrown != null) {
                exchange.cancel();
            }
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
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        if (!posts.tryAcquire()) {
            sent.complete(false);
            return sent;
        }
        Map<String, String> headers = headers("application/json, text/event-stream");
        headers.put("Content-Type", "application/json");
        endpoint.transport().stream(new HttpOperation(this, "POST", headers, message, null))
                .subscribe(new HttpMessages(events, HttpMessages.NO_ANSWER) {
                    @Override
                    void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                        posts.release();
                        sent.complete(failure == null);
                    }
                });
        return sent;
    }

    /** Closing the stream, which happens already, is enough for the stateless protocol; an older server wants to be told. */
    @Override
    public void cancel(Pending request, String reason) {
        if (!protocol.isStateless() && !protocol.version().isEmpty()) {
            var unused = post(
                    Protocol.notification(Protocol.CANCELLED, Map.of("requestId", request.id(), "reason", reason)));
        }
    }

    @Override
    public boolean listen(Consumer<@Nullable LlmException> ended) {
        HttpMessages exchange = new HttpMessages(events, HttpMessages.NO_ANSWER) {
            @Override
            void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                ended.accept(failure);
            }
        };
        listening = exchange;
        endpoint.transport().stream(new HttpOperation(this, "GET", headers("text/event-stream"), new byte[0], null))
                .subscribe(exchange);
        return true;
    }

    @Override
    public void close() {
        HttpMessages open = listening;
        if (open != null) {
            open.cancel();
        }
        if (session.isEmpty()) {
            return;
        }
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        endpoint.transport().stream(new HttpOperation(this, "DELETE", headers("application/json"), new byte[0], null))
                .subscribe(new HttpMessages(events, HttpMessages.NO_ANSWER) {
                    @Override
                    void ended(@Nullable Incoming answer, @Nullable LlmException failure) {
                        ended.complete(true);
                    }
                });
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
