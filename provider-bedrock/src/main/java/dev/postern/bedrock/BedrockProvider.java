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
import dev.postern.http.HttpTransport;
import dev.postern.http.ProbeBackoff;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The models behind Amazon Bedrock's Converse API.
 *
 * <pre>{@code
 * LlmProvider llm = BedrockProvider.builder()
 *         .region("us-east-1")
 *         .defaultModel("us.anthropic.claude-sonnet-4-20250514-v1:0")
 *         .build();
 * }</pre>
 *
 * <p>Credentials are found as AWS's own tools find them, unless they are set. A request may bring its own, in {@link
 * dev.postern.CallOptions#credentials()} under the names {@link #ACCESS_KEY_ID}, {@link #SECRET_ACCESS_KEY}, {@link
 * #SESSION_TOKEN} and {@link #REGION}; they are used for that request alone.
 *
 * <p>Thread-safe. A provider owns its transport, hence a thread and connections, unless one is handed in; close it when
 * it is no longer needed.
 */
public final class BedrockProvider implements LlmProvider {
    /** A request's own access key. */
    public static final String ACCESS_KEY_ID = "aws_access_key_id";
    /** The secret of a request's own access key. */
    public static final String SECRET_ACCESS_KEY = "aws_secret_access_key";
    /** The session token of a request's own temporary key. */
    public static final String SESSION_TOKEN = "aws_session_token";
    /** A request's own region. */
    public static final String REGION = "aws_region";

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);

    private final Backend backend;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final ProbeBackoff probes = new ProbeBackoff();

    BedrockProvider(Backend backend, HttpTransport transport, boolean ownsTransport) {
        this.backend = backend;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
    }

    /** Starts with the defaults: region and credentials of the environment, a transport of its own. */
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
                transport.stream(new ConverseCall(backend, request, false)), backend.maxResponseBytes());
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        // Each subscription is a call of its own, with attempts of its own.
        return subscriber ->
                transport.stream(new ConverseCall(backend, request, true)).subscribe(subscriber);
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return new ModelList(backend, transport, backend.timeouts()).read();
    }

    /**
     * Asks for the list of models, for ten seconds at most. If the caller lacks the permission to list models, the backend
     * still counts as up, because it accepted the caller's credentials.
     */
    @Override
    public ProviderHealth health() {
        Timeouts brief = backend.timeouts().withTotal(HEALTH_LIMIT).withResponseStart(HEALTH_LIMIT);
        try {
            int models = probes.call(() -> LlmProvider.await(new ModelList(backend, transport, brief).listed()))
                    .size();
            return ProviderHealth.up("'" + name() + "' answers and lists " + models + " models.");
        } catch (LlmException e) {
            return health(e);
        }
    }

    private ProviderHealth health(LlmException failure) {
        return switch (failure.kind()) {
            case PERMISSION -> ProviderHealth.up("'" + name() + "' answers, though we may not list its models.");
            case RATE_LIMITED -> ProviderHealth.up("'" + name() + "' answers, and asks for fewer requests.");
            default -> ProviderHealth.down(failure);
        };
    }

    @Override
    public void close() {
        if (ownsTransport) {
            transport.close();
        }
    }

    /** Name and region; no credentials. */
    @Override
    public String toString() {
        return "BedrockProvider[" + name() + " in " + backend.access().region().name() + "]";
    }
}
