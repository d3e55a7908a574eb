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
import dev.postern.call.CallScope;
import dev.postern.call.Instrumentation;
import dev.postern.http.HttpTransport;
import dev.postern.http.ProbeBackoff;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A provider for any server with OpenAI's chat completions API: OpenAI, Azure, LM Studio, Ollama, vLLM, TGI, llama.cpp
 * and others.
 *
 * <pre>{@code
 * LlmProvider llm = OpenAiProvider.builder()
 *         .baseUrl("http://localhost:11434")
 *         .defaultModel("llama3.2")
 *         .build();
 * }</pre>
 *
 * <p>Thread-safe. A provider owns an HTTP transport with a thread and connections, unless the builder was given one.
 * Close the provider when it is no longer needed. Failures are reported as {@link LlmException}, which names this
 * provider and the model. Its message never contains the key, even if the server repeats it.
 */
public final class OpenAiProvider implements LlmProvider {
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);

    private final OpenAiBackend server;
    private final HttpTransport transport;
    private final boolean ownsTransport;
    private final Instrumentation instrumentation;
    private final ProbeBackoff probes = new ProbeBackoff();

    OpenAiProvider(
            OpenAiBackend server, HttpTransport transport, boolean ownsTransport, Instrumentation instrumentation) {
        this.server = server;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        this.instrumentation = instrumentation;
    }

    /** Returns a builder with the defaults: OpenAI's address, no key, a transport that the provider owns. */
    public static OpenAiProviderBuilder builder() {
        return new OpenAiProviderBuilder();
    }

    /**
     * A provider with the settings of these environment variables:
     *
     * <ul>
     *   <li>{@code OPENAI_API_KEY}: the key
     *   <li>{@code OPENAI_BASE_URL}: the server's address; default OpenAI's own
     *   <li>{@code OPENAI_MODEL}: the model for requests that name none
     *   <li>{@code OPENAI_ORG_ID} and {@code OPENAI_PROJECT_ID}: the organization and the project of OpenAI
     * </ul>
     *
     * <p>A variable that is empty counts as not set.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if neither the key nor the address is set
     */
    public static OpenAiProvider fromEnv() {
        return new OpenAiEnvironment(System.getenv()).applyTo(builder()).build();
    }

    @Override
    public String name() {
        return server.name();
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
                        asked -> transport.stream(new ChatCall(server, asked, false))),
                server.bounds().body());
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(instrumentation, name(), true, request, this::events);
    }

    /** Each subscription is a new call with its own attempts. */
    private Flow.Publisher<StreamEvent> events(CompletionRequest request) {
        return subscriber ->
                transport.stream(new ChatCall(server, request, true)).subscribe(subscriber);
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return transport.send(new ModelsCall(server, server.timeouts()));
    }

    /**
     * Requests the list of models, with a timeout of ten seconds. A server that answers without such a list is healthy
     * too.
     */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        Timeouts brief = server.timeouts().withTotal(HEALTH_LIMIT).withResponseStart(HEALTH_LIMIT);
        return probes.send(() -> transport.send(new ModelsCall(server, brief)))
                .handle((models, thrown) -> thrown == null
                        ? ProviderHealth.up("'" + name() + "' answers and lists " + models.size() + " models.")
                        : health(LlmException.of(thrown)));
    }

    private ProviderHealth health(LlmException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> ProviderHealth.up("'" + name() + "' answers but lists no models.");
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

    /** Shows the name, the address and the profile, but no key. */
    @Override
    public String toString() {
        return "OpenAiProvider[" + name() + " at " + server.endpoint().shown() + ", profile "
                + server.profile().name() + "]";
    }
}
