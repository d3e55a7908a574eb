package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Single;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;

/**
 * Several backends behind one door.
 *
 * <pre>{@code
 * Gateway gateway = Gateway.builder()
 *         .backend("openai", OpenAiProvider.builder().apiKey(key).defaultModel("gpt-4o").build())
 *         .backend("local", OpenAiProvider.builder().baseUrl("http://localhost:11434").defaultModel("llama3.2").build())
 *         .fallbacks("openai", List.of("local"))
 *         .build();
 * }</pre>
 *
 * <p>A request goes to the backend that {@link CompletionRequest#provider()} names, or to the default one. If that fails
 * in a way in which another backend may help ({@link #fallbackKinds}), after the retries of its own provider, the backends
 * of its fallback list are asked one after the other, each once. A conversation that is too long, or that a content filter
 * refused, has lists of its own. There is no switch once anything has gone out to the caller, so no text comes twice; after
 * a failure with an {@linkplain LlmException#answer() answer}, which was paid for; after a request was refused before it was
 * sent; and after the caller's own key was refused. The failure that the caller is told is that of the last backend, with
 * those of the others as suppressed exceptions. All of them carry the gateway's names for its backends.
 *
 * <p>On a switch the request is stripped of what was meant for the first backend: its key, credentials, headers, query,
 * {@code extra} fields, a tool choice in its own form, and what it signed in the conversation. The model is the other one's {@linkplain BackendPolicy#modelAliases
 * alias} for the name, or its {@linkplain BackendPolicy#fallbackModel fallback model}.
 *
 * <p>Thread-safe. The gateway owns its backends and closes them.
 */
public final class Gateway implements LlmProvider {
    private final Object reloading = new Object();
    /** All routings that may have calls; guarded by the lock above. */
    private final List<Routing> alive = new ArrayList<>();

    private volatile Routing routing;
    private volatile boolean closed;

    Gateway(Routing routing) {
        this.routing = routing;
        alive.add(routing);
    }

    /** Starts without any backend. */
    public static GatewayBuilder builder() {
        return new GatewayBuilder();
    }

    @Override
    public String name() {
        return "gateway";
    }

    /**
     * After which kinds of failure a fallback is asked unless {@link GatewayBuilder#fallbacks(String, List, Set)} says
     * otherwise: those in which another backend may help. Whether a retry of the same backend may help is another question,
     * which {@link LlmException#retryable()} answers.
     */
    public static Set<Kind> fallbackKinds() {
        return Effect.ELSEWHERE;
    }

    /** The names of all backends, then of all groups, in the order of their registration. */
    public List<String> backends() {
        return routing.names();
    }

    /** The backend or group of requests that name none. */
    public String defaultBackend() {
        return routing.defaultName();
    }

    /**
     * The backends and groups that stand in for a backend or group while it is down, in the order in which they are asked. If
     * it is left alone, those for the failure that led to it; else those for a failure to connect.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if there is none of this name
     */
    public List<String> standIns(String name) {
        Routing now = routing;
        Target target = now.target(name);
        LlmException reason = target.members().get(0).backend().coolDown().reason("");
        return now.fallbacks().after(reason == null ? Kind.CONNECTION : reason.kind(), target.name());
    }

    /**
     * One backend, or group, as a provider that sends all requests there. Its fallbacks and limits hold. After a reload it
     * is the backend of that name in the new configuration. Closing it does nothing.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if there is none of this name
     */
    public LlmProvider backend(String name) {
        return new BackendView(this, routing.target(name).name());
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        Single<CompletionResponse> answer =
                new Single<>(() -> new LlmException(Kind.PROTOCOL, "The backend gave no answer."));
        dispatch(
                request,
                false,
                (provider, adapted) ->
                        new FutureStream<>(() -> provider.completionsAsync(adapted), List::of, LlmException::of),
                answer);
        return answer.answer();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            dispatch(request, true, LlmProvider::stream, subscriber);
        };
    }

    private <T> void dispatch(
            CompletionRequest request,
            boolean streaming,
            Dispatch.Question<T> question,
            Flow.Subscriber<? super T> subscriber) {
        Routing now = enter();
        new Dispatch<>(now, new GatewayCall(request, streaming, now.timer()), question, subscriber).start();
    }

    /** A closed gateway lets calls in all the same: its backends say that they are closed. */
    private Routing enter() {
        for (; ; ) {
            Routing now = routing;
            if (now.enter()) {
                return now;
            }
        }
    }

    /** The models of the default backend; of a group, those of its first member. */
    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return listModelsOf("");
    }

    CompletableFuture<List<ModelInfo>> listModelsOf(String name) {
        Routing now = enter();
        try {
            Backend backend = now.target(name).members().get(0).backend();
            Single<List<ModelInfo>> models =
                    new Single<>(() -> new LlmException(Kind.PROTOCOL, "The backend listed nothing."));
            new FutureStream<List<ModelInfo>, List<ModelInfo>>(
                            () -> backend.provider().listModelsAsync(),
                            List::of,
                            thrown -> Named.of(LlmException.of(thrown), backend.name()))
                    .subscribe(models);
            var unused = models.answer().whenComplete((list, thrown) -> now.leave());
            return models.answer();
        } catch (RuntimeException e) {
            now.leave();
            return CompletableFuture.failedFuture(LlmException.of(e));
        }
    }

    /**
     * The health of the default backend; of a group, that of its first healthy member. A backend that is left alone because
     * it refused the gateway's key or account is down.
     */
    @Override
    public ProviderHealth health() {
        return healthOf("");
    }

    ProviderHealth healthOf(String name) {
        Routing now = enter();
        try {
            ProviderHealth last = ProviderHealth.down("It has no members.");
            for (Target.Member member : now.target(name).members()) {
                last = member.backend().health();
                if (last.up()) {
                    break;
                }
            }
            return last;
        } catch (LlmException e) { // gone with a reload
            return ProviderHealth.down("There is no backend '" + name + "'.");
        } finally {
            now.leave();
        }
    }

    /**
     * Puts another configuration in the place of this one. Calls that are running finish on the old backends, which are
     * closed after the last of them, so none of them can be a part of the new one. If the new one is not complete, the old
     * one stays, and the backends of the new one stay the caller's to close.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} as {@link GatewayBuilder#build} does, or if this gateway is
     *     closed
     */
    public void reload(GatewayBuilder next) {
        Routing fresh = next.routing();
        Routing old;
        synchronized (reloading) {
            if (closed) {
                throw new LlmException(Kind.CONFIGURATION, "The gateway is closed; build a new one.");
            }
            old = routing;
            alive.removeIf(Routing::isClosed);
            alive.add(fresh);
            routing = fresh;
        }
        old.retire();
    }

    /** Closes all backends at once; calls that are running fail. */
    @Override
    public void close() {
        List<Routing> all;
        synchronized (reloading) {
            closed = true;
            all = List.copyOf(alive);
        }
        all.forEach(Routing::close);
    }

    /** The names of the backends. */
    @Override
    public String toString() {
        return "Gateway["
                + backends().stream()
                        .map(name -> name.equals(defaultBackend()) ? name + " (default)" : name)
                        .collect(Collectors.joining(", "))
                + "]";
    }
}
