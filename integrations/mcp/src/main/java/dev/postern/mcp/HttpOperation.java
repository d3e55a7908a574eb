package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.Operation;
import dev.postern.http.RequestSecrets;
import dev.postern.http.RetryAfter;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One exchange of HTTP. Its time is limited by {@link Pending}. */
final class HttpOperation implements Operation<Incoming> {
    private static final Timeouts TIMEOUTS = Timeouts.defaults()
            .withResponseStart(Duration.ZERO)
            .withIdle(Duration.ZERO)
            .withFirstToken(Duration.ZERO)
            .withBetweenTokens(Duration.ZERO);

    /** For messages without an answer. */
    private static final Duration POST_TIME = Duration.ofSeconds(30);

    private final HttpLink link;
    private final HttpEndpoint endpoint;
    private final String method;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable Pending request;
    private final Runnable opened;
    private volatile RequestSecrets secrets = RequestSecrets.NONE;

    /**
     * Creates an exchange.
     *
     * @param headers the headers of the protocol
     * @param request the request in the body; null if there is none
     */
    HttpOperation(HttpLink link, String method, Map<String, String> headers, byte[] body, @Nullable Pending request) {
        this(link, method, headers, body, request, () -> {});
    }

    /**
     * Asks for a stream of notifications.
     *
     * @param opened runs when the server begins the stream
     */
    static HttpOperation listening(HttpLink link, Map<String, String> headers, Runnable opened) {
        return new HttpOperation(link, "GET", headers, new byte[0], null, opened);
    }

    private HttpOperation(
            HttpLink link,
            String method,
            Map<String, String> headers,
            byte[] body,
            @Nullable Pending request,
            Runnable opened) {
        this.link = link;
        this.endpoint = link.endpoint();
        this.method = method;
        this.headers = headers;
        this.body = body;
        this.request = request;
        this.opened = opened;
    }

    /** What no failure may show. */
    RequestSecrets secrets() {
        return secrets;
    }

    @Override
    public boolean mayBlock() {
        return endpoint.mayBlock();
    }

    @Override
    public HttpCall call() {
        Map<String, String> all;
        try {
            all = new LinkedHashMap<>(endpoint.headers());
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "The authorization for the MCP server '" + endpoint.name()
                            + "' could not be made: its supplier failed with "
                            + e.getClass().getName() + ".",
                    e);
        }
        all.putAll(headers);
        secrets = new RequestSecrets(all, link.session());
        return new HttpCall(method, endpoint.uri(), all, body);
    }

    @Override
    public Decoder<Incoming> decoder(HttpReply head) {
        Pending asked = request;
        String type = head.mediaType();
        if (asked == null) {
            opened.run();
            return method.equals("GET")
                    ? new SseDecoder<>(new MessageHandler(endpoint.name(), null), endpoint.maxMessageBytes())
                    : new Skipped();
        }
        String session = head.header("mcp-session-id");
        if (asked.method().equals(Protocol.INITIALIZE) && session.matches("[!-~]{1,1024}")) {
            link.sessionBegins(session);
        }
        if (type.equals("text/event-stream")) {
            return new SseDecoder<>(new MessageHandler(endpoint.name(), asked), endpoint.maxMessageBytes());
        }
        if (head.status() == 202 || head.status() == 204) {
            throw failure(
                    Kind.PROTOCOL, "accepted " + asked.method() + " without an answer (status " + head.status() + ")");
        }
        if (!type.isEmpty() && !type.equals("application/json")) {
            throw failure(
                    Kind.PROTOCOL,
                    "answers with " + RpcError.shortened(secrets.redacted(type))
                            + " instead of JSON or events; is this the address of an MCP" + " server?");
        }
        return new WholeBody<>(
                head,
                endpoint.maxMessageBytes(),
                (reply, out) -> out.accept(Incoming.read(reply.body(), 0, reply.body().length)));
    }

    @Override
    public LlmException error(HttpReply reply) {
        JsonObject json = Json.object(reply.body());
        RpcError refused = json.object("error").has("code")
                ? RpcError.of(json.object("error")).redacted(secrets) // before it is shortened
                : null;
        Pending asked = request;
        if (asked != null && refused != null) {
            asked.refusedWith(refused);
        }
        boolean isUnknownMethod = refused != null && refused.code() == RpcError.METHOD_NOT_FOUND;
        if (asked != null && reply.status() == 404 && headers.containsKey("Mcp-Session-Id") && !isUnknownMethod) {
            asked.sessionIsGone();
            link.sessionIsGone();
        }
        Kind byStatus = HttpStatuses.kind(reply.status());
        boolean statusSaysMore = byStatus != Kind.INVALID_REQUEST && byStatus != Kind.NOT_FOUND;
        String what = asked == null ? method : asked.method();
        LlmException failure = refused != null && !statusSaysMore
                ? refused.failure(endpoint.name(), what)
                : failure(
                        byStatus,
                        "answered " + what + " with status " + reply.status() + said(reply, refused)
                                + HttpStatuses.hint(reply));
        return failure.toBuilder()
                .status(reply.status())
                .retryAfter(RetryAfter.of(reply.headers(), Instant.now()).orElse(null))
                .build();
    }

    private String said(HttpReply reply, @Nullable RpcError refused) {
        if (refused != null) {
            return ": " + refused.shown();
        }
        return reply.body().length == 0 ? "" : ": " + secrets.excerpt(reply.body(), 0, reply.body().length);
    }

    private LlmException failure(Kind kind, String what) {
        return new LlmException(kind, "The MCP server '" + endpoint.name() + "' at " + endpoint + " " + what);
    }

    /** Removes the secrets, which servers may repeat. */
    @Override
    public LlmException describe(LlmException failure) {
        return failure.toBuilder()
                .message(secrets.redacted(String.valueOf(failure.getMessage())))
                .serverMessage(secrets.redacted(failure.serverMessage()))
                .backend(endpoint.name())
                .build();
    }

    @Override
    public Timeouts timeouts() {
        return request == null && !method.equals("GET") ? TIMEOUTS.withTotal(POST_TIME) : TIMEOUTS;
    }

    /** The status was all that counts. */
    private static final class Skipped implements Decoder<Incoming> {
        @Override
        public void decode(ByteBuffer bytes, Consumer<? super Incoming> out) {
            bytes.position(bytes.limit());
        }

        @Override
        public void end(Consumer<? super Incoming> out) {}

        @Override
        public Phase phase() {
            return Phase.DONE;
        }
    }
}
