package dev.postern.bedrock;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.call.CallScope;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.ProbeBackoff;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A provider for Amazon Bedrock's Converse API.
 *
 * <pre>{@code
 * LlmProvider llm = BedrockProvider.builder()
 *         .region("us-east-1")
 *         .defaultModel("us.anthropic.claude-sonnet-4-20250514-v1:0")
 *         .build();
 * }</pre>
 *
 * <p>Credentials come from the builder, else from the locations that AWS's own tools use. A request may have its own in
 * {@link dev.postern.CallOptions#credentials()}, under the names {@link #ACCESS_KEY_ID}, {@link #SECRET_ACCESS_KEY},
 * {@link #SESSION_TOKEN} and {@link #REGION}. They are used for this request only.
 *
 * <p>Thread-safe. A provider owns a thread and connections, unless the builder was given a transport. Close it when it
 * is no longer needed.
 */
public final class BedrockProvider implements LlmProvider {
    /** The name of a request's own access key id. */
    public static final String ACCESS_KEY_ID = "aws_access_key_id";
    /** The name of a request's own secret access key. */
    public static final String SECRET_ACCESS_KEY = "aws_secret_access_key";
    /** The name of a request's own session token. */
    public static final String SESSION_TOKEN = "aws_session_token";
    /** The name of a request's own region. */
    public static final String REGION = "aws_region";

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);

    private final BedrockBackend backend;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final Instrumentation instrumentation;
    private final ProbeBackoff probes = new ProbeBackoff();

    BedrockProvider(
            BedrockBackend backend, HttpTransport transport, boolean ownsTransport, Instrumentation instrumentation) {
        this.backend = backend;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        this.instrumentation = instrumentation;
    }

    /** A builder with the defaults: region and credentials from the environment, and its own transport. */
    public static BedrockProviderBuilder builder() {
        return new BedrockProviderBuilder();
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CompletionCollector.collect(
                CallScope.stream(
                        instrumentation,
                        name(),
                        false,
                        request,
                        asked -> transport.stream(new ConverseCall(backend, asked, false))),
                backend.maxResponseBytes());
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(instrumentation, name(), true, request, this::events);
    }

    /** Each subscription is a separate call with its own attempts. */
    private Flow.Publisher<StreamEvent> events(CompletionRequest request) {
        return subscriber ->
                transport.stream(new ConverseCall(backend, request, true)).subscribe(subscriber);
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    /** Asks CountTokens, which only some models have: Claude from 3.5 on. Needs the permission {@code bedrock:CountTokens}. */
    @Override
    public CompletableFuture<OptionalLong> countTokensAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return transport.send(new CountTokensCall(backend, request)).thenApply(OptionalLong::of);
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return new ModelList(backend, transport, backend.timeouts()).read();
    }

    /**
     * Requests the list of models, for ten seconds at most. If the credentials lack the permission to list models, the
     * backend counts as up, because it accepted the credentials.
     */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        Timeouts brief = backend.timeouts().withTotal(HEALTH_LIMIT).withResponseStart(HEALTH_LIMIT);
        return probes.send(() -> new ModelList(backend, transport, brief).listed())
                .handle((models, thrown) -> thrown == null
                        ? ProviderHealth.up("'" + name() + "' answers and lists " + models.size() + " models.")
                        : health(LlmException.of(thrown)));
    }

    private ProviderHealth health(LlmException failure) {
        return switch (failure.kind()) {
            case PERMISSION -> ProviderHealth.up("'" + name() + "' answers; the credentials may not list its models.");
            case RATE_LIMITED -> ProviderHealth.up("'" + name() + "' answers, but the rate limit is reached.");
            default -> ProviderHealth.down(failure);
        };
    }

    @Override
    public void close() {
        if (ownsTransport) {
            transport.close();
        }
    }

    /** Contains name and region, but no credentials. */
    @Override
    public String toString() {
        return "BedrockProvider[" + name() + " in "
                + backend.addresses().region().name() + "]";
    }
}
