package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.call.CallScope;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.ProbeBackoff;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A provider that calls a gateway that runs elsewhere: a Postern gateway or the Python one.
 *
 * <pre>{@code
 * LlmProvider llm = GatewayClient.builder()
 *         .baseUrl("http://gateway.internal:8000")
 *         .backend("main")
 *         .build();
 * }</pre>
 *
 * <p>{@link CompletionRequest#backend()} chooses the remote backend, else the builder does, else the gateway's default. A
 * failure has the kind, the message and the retry advice of the remote gateway. The headers of {@link
 * dev.postern.CallOptions} are sent, such as {@code X-Request-Id}, and so are the AWS credentials, for Bedrock behind that
 * gateway; other credentials are not.
 *
 * <p>The Python gateway supports text and tools. It passes other parts, such as images, unchanged to its backend, which
 * probably refuses them. A failed stream of it just ends, which is reported as {@link Kind#INCOMPLETE_STREAM}.
 *
 * <p>Thread-safe. A client has its own transport, with a thread and connections, unless the builder was given one; close
 * the client after use. Failures never contain the key or the credentials, even if the server repeats them.
 */
public final class GatewayClient implements LlmProvider {
    private final RemoteGateway remote;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final Instrumentation instrumentation;
    private final ProbeBackoff probes = new ProbeBackoff();

    GatewayClient(
            RemoteGateway remote, HttpTransport transport, boolean ownsTransport, Instrumentation instrumentation) {
        this.remote = remote;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        this.instrumentation = instrumentation;
    }

    /** Creates a builder. Only the address has no default. */
    public static GatewayClientBuilder builder() {
        return new GatewayClientBuilder();
    }

    @Override
    public String name() {
        return remote.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.answer(
                instrumentation, name(), request, asked -> transport.send(new CompletionCall(remote, asked)));
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(instrumentation, name(), true, request, this::events);
    }

    /** Each subscription is a separate call with its own attempts. */
    private Flow.Publisher<StreamEvent> events(CompletionRequest request) {
        return subscriber -> transport.stream(new StreamCall(remote, request)).subscribe(subscriber);
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return transport.send(new GatewayModelsCall(remote));
    }

    /**
     * Calls {@code /readyz}, or {@code /healthz} if there is no such path, with a timeout of ten seconds. A Postern gateway
     * is down if neither its default backend nor a fallback can serve calls; the Python gateway is down if one of its
     * backends is down.
     */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return ask(remote.urls().ready())
                .thenApply(ready -> up(" answers and is ready."))
                .exceptionallyCompose(thrown -> {
                    LlmException failure = LlmException.of(thrown);
                    return failure.kind() == Kind.NOT_FOUND
                            ? alive()
                            : CompletableFuture.completedFuture(health(failure));
                });
    }

    private CompletableFuture<ProviderHealth> alive() {
        return ask(remote.urls().alive())
                .thenApply(alive -> up(" answers; it does not say whether its backends do."))
                .exceptionally(thrown -> health(LlmException.of(thrown)));
    }

    private CompletableFuture<Boolean> ask(URI uri) {
        return probes.send(() -> transport.send(new HealthCall(remote, uri)));
    }

    private ProviderHealth up(String detail) {
        return ProviderHealth.up("'" + name() + "'" + detail);
    }

    private ProviderHealth health(LlmException failure) {
        return failure.kind() == Kind.RATE_LIMITED
                ? ProviderHealth.up("'" + name() + "' answers, but the rate limit is reached.")
                : ProviderHealth.down(failure);
    }

    @Override
    public void close() {
        if (ownsTransport) {
            transport.close();
        }
    }

    /** Name and address; no key. */
    @Override
    public String toString() {
        return "GatewayClient[" + name() + " at " + remote.urls().shown() + "]";
    }
}
