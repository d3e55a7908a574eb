package dev.postern.openai;

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
 * Any server that speaks OpenAI's chat completions: OpenAI, Azure, LM Studio, Ollama, vLLM, TGI, llama.cpp and more.
 *
 * <pre>{@code
 * LlmProvider llm = OpenAiProvider.builder()
 *         .baseUrl("http://localhost:11434")
 *         .defaultModel("llama3.2")
 *         .build();
 * }</pre>
 *
 * <p>Thread-safe. A provider owns its transport, hence a thread and connections, unless one is handed in; close it when
 * it is no longer needed. What it is asked for in vain fails with an {@link LlmException} that names this provider and
 * the model, and in which the key never shows, not even if the server repeats it.
 */
public final class OpenAiProvider implements LlmProvider {
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);

    private final ServerContext server;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final ProbeBackoff probes = new ProbeBackoff();

    OpenAiProvider(ServerContext server, HttpTransport transport, boolean ownsTransport) {
        this.server = server;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
    }

    /** Starts with the defaults: OpenAI's own address, no key, a transport of its own. */
    public static OpenAiProviderBuilder builder() {
        return new OpenAiProviderBuilder();
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CompletionCollector.collect(
                transport.stream(new ChatCall(server, request, false)),
                server.bounds().body());
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        // Each subscription is a call of its own, with attempts of its own.
        return subscriber ->
                transport.stream(new ChatCall(server, request, true)).subscribe(subscriber);
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return transport.send(new ModelsCall(server, server.timeouts()));
    }

    /** Asks for the list of models, for ten seconds at most. A server without such a list is well as long as it answers. */
    @Override
    public ProviderHealth health() {
        Timeouts brief = server.timeouts().withTotal(HEALTH_LIMIT).withResponseStart(HEALTH_LIMIT);
        try {
            int models = probes.call(() -> LlmProvider.await(transport.send(new ModelsCall(server, brief))))
                    .size();
            return ProviderHealth.up("'" + name() + "' answers and lists " + models + " models.");
        } catch (LlmException e) {
            return health(e);
        }
    }

    private ProviderHealth health(LlmException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> ProviderHealth.up("'" + name() + "' answers, though it lists no models.");
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

    /** Name and address; no key. */
    @Override
    public String toString() {
        return "OpenAiProvider[" + name() + " at " + server.endpoint().shown() + ", profile "
                + server.profile().name() + "]";
    }
}
