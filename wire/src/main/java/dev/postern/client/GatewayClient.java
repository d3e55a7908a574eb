package dev.postern.client;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.http.HttpTransport;
import dev.postern.http.ProbeBackoff;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A gateway somewhere else, ours or the Python one, as a provider.
 *
 * <pre>{@code
 * LlmProvider llm = GatewayClient.builder()
 *         .baseUrl("http://gateway.internal:8000")
 *         .backend("main")
 *         .build();
 * }</pre>
 *
 * <p>{@link CompletionRequest#provider()} chooses the remote backend, else the builder's, else the gateway's own default
 * answers. A failure has the kind, the sentence and the advice about retries that the remote gateway gave it. The headers
 * of {@link dev.postern.CallOptions} go along, among them {@code X-Request-Id}, and so do the credentials of AWS, for
 * Bedrock behind that gateway; no other credentials do.
 *
 * <p>The Python gateway knows text and tools. Parts of other kinds, such as images, it hands to its backend as they stand,
 * which is likely to refuse them; and a stream of it that fails just ends, which is told here as
 * {@link Kind#INCOMPLETE_STREAM}.
 *
 * <p>Thread-safe. A client owns its transport, hence a thread and connections, unless one is handed in; close it when it
 * is no longer needed. The key and the credentials never show in a failure, not even if the server repeats them.
 */
public final class GatewayClient implements LlmProvider {
    private final Remote remote;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final ProbeBackoff probes = new ProbeBackoff();

    GatewayClient(Remote remote, HttpTransport transport, boolean ownsTransport) {
        this.remote = remote;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
    }

    /** Starts with the defaults, which lack nothing but the address. */
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
        return transport.send(new CompletionCall(remote, request));
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        // Each subscription is a call of its own, with attempts of its own.
        return subscriber -> transport.stream(new StreamCall(remote, request)).subscribe(subscriber);
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return transport.send(new ModelsCall(remote));
    }

    /**
     * Asks for {@code /readyz}, or for {@code /healthz} where there is no such path, for ten seconds at most. A gateway that
     * cannot serve its default backend, neither by itself nor by a fallback, says so and counts as down. The Python gateway
     * says so as soon as one of its backends is down.
     */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return ask(remote.place().ready())
                .thenApply(ready -> up(" answers and is ready."))
                .exceptionallyCompose(thrown -> {
                    LlmException failure = LlmException.of(thrown);
                    return failure.kind() == Kind.NOT_FOUND
                            ? alive()
                            : CompletableFuture.completedFuture(health(failure));
                });
    }

    private CompletableFuture<ProviderHealth> alive() {
        return ask(remote.place().alive())
                .thenApply(alive -> up(" answers; whether its backends do it does not say."))
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
                ? ProviderHealth.up("'" + name() + "' answers, and asks for fewer requests.")
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
        return "GatewayClient[" + name() + " at " + remote.place().shown() + "]";
    }
}
