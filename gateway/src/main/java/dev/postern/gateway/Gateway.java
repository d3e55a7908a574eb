package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.call.CallScope;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Single;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Several backends behind one {@link LlmProvider}.
 *
 * <pre>{@code
 * Gateway gateway = Gateway.builder()
 *         .backend("openai", OpenAiProvider.builder().apiKey(key).defaultModel("gpt-4o").build())
 *         .backend("local", OpenAiProvider.builder().baseUrl("http://localhost:11434").defaultModel("llama3.2").build())
 *         .fallbacks("openai", List.of("local"))
 *         .build();
 * }</pre>
 *
 * <p>A request goes to the backend that {@link CompletionRequest#backend()} names, or to the default one. If this backend
 * fails after the retries of its provider, with a kind of failure in {@link #fallbackKinds}, the backends of its fallback
 * list are tried in order, each once. There are separate lists for a conversation that is too long and for a request that a
 * content filter refused.
 *
 * <p>The gateway does not switch after the caller has received an item, so no text is repeated; after a failure with an
 * {@linkplain LlmException#answer() answer}, which was paid for; after a request was refused before it was sent, unless an
 * interceptor {@linkplain LlmException#fallbackAllowed() refused this backend only}; and after the caller's own key was
 * refused. The caller receives the failure of the last backend, with the failures of the others as
 * suppressed exceptions. All of them have the gateway's names for its backends.
 *
 * <p>On a switch, data for the first backend is removed from the request: its key, credentials, headers, query, {@code
 * extra} fields, a vendor's tool choice, and signed parts of the conversation. The model is the new backend's {@linkplain
 * BackendPolicy#modelAliases alias} for the name, or its {@linkplain BackendPolicy#fallbackModel fallback model}.
 *
 * <p>Thread-safe. The gateway owns its backends and closes them.
 */
public final class Gateway implements LlmProvider {
    private final CurrentRouting routing;

    Gateway(RoutingTable routing) {
        this.routing = new CurrentRouting(routing);
    }

    /** A builder without backends. */
    public static GatewayBuilder builder() {
        return new GatewayBuilder();
    }

    @Override
    public String name() {
        return "gateway";
    }

    /**
     * The kinds of failure after which a fallback is tried, unless {@link GatewayBuilder#fallbacks(String, List, Set)} sets
     * others: after these, another backend may succeed. This is independent of {@link LlmException#retryable()}, which says
     * whether a retry at the same backend may succeed.
     */
    public static Set<Kind> fallbackKinds() {
        return FallbackRules.FALLBACK_KINDS;
    }

    /** The names of all backends, then of all groups, in the order of their registration. */
    public List<String> backends() {
        return routing.get().names();
    }

    /**
     * The backends that may answer a request to this name, fallbacks aside: the members of a group, or the backend itself.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if the name is unknown
     */
    public List<String> members(String name) {
        return routing.get().target(name).members().stream()
                .map(member -> member.backend().name())
                .toList();
    }

    /**
     * The aliases of models of a backend, with the backend's names for them; those of a group hold for all of its members.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if the name is unknown
     */
    public Map<String, String> modelAliases(String name) {
        return routing.get().target(name).members().get(0).backend().policy().modelAliases();
    }

    /** The backend or group for requests that name none. */
    public String defaultBackend() {
        return routing.get().defaultName();
    }

    /**
     * The fallbacks of a backend or group while it is down, in the order in which they are tried. During a cool-down, these
     * are the fallbacks for the failure that started it; else those for {@link Kind#CONNECTION}.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if the name is unknown
     */
    public List<String> fallbacksOf(String name) {
        RoutingTable now = routing.get();
        Target target = now.target(name);
        LlmException reason = target.members().get(0).backend().coolDown().reason("");
        return now.fallbacks().after(reason == null ? Kind.CONNECTION : reason.kind(), target.name());
    }

    /**
     * A provider that sends all requests to one backend or group, with its fallbacks and limits. After a reload it uses the
     * backend of this name in the new configuration. Closing it has no effect. Two of the same name are equal if there was no
     * reload between them.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if the name is unknown
     */
    public LlmProvider backend(String name) {
        RoutingTable now = routing.get();
        return new BackendView(this, now.target(name).name(), now.identity());
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.answer(routing.get().instrumentation(), name(), request, this::answer);
    }

    private CompletableFuture<CompletionResponse> answer(CompletionRequest request) {
        Single<CompletionResponse> answer =
                new Single<>(() -> new LlmException(Kind.PROTOCOL, "The backend completed without an answer."));
        dispatch(request, CallScope::answerOf, answer);
        return answer.answer();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CallScope.stream(routing.get().instrumentation(), name(), true, request, this::events);
    }

    private Flow.Publisher<StreamEvent> events(CompletionRequest request) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            dispatch(request, CallScope::eventsOf, subscriber);
        };
    }

    @Override
    public boolean reportsAttempts() {
        return true;
    }

    private <T> void dispatch(
            CompletionRequest request,
            CallExecution.ProviderCall<T> providerCall,
            Flow.Subscriber<? super T> subscriber) {
        RoutingTable now = routing.enter();
        new CallExecution<>(now, request, providerCall, subscriber).start();
    }

    /** The models of the default backend; of a group, those of its first member. */
    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return listModelsOf("");
    }

    CompletableFuture<List<ModelInfo>> listModelsOf(String name) {
        RoutingTable now = routing.enter();
        try {
            Backend backend = now.target(name).members().get(0).backend();
            Single<List<ModelInfo>> models = new Single<>(
                    () -> new LlmException(Kind.PROTOCOL, "The backend completed without a list of models."));
            FutureStream.<List<ModelInfo>, List<ModelInfo>>of(
                            () -> backend.provider().listModelsAsync(),
                            List::of,
                            thrown -> FailureRenamer.of(LlmException.of(thrown), backend.name()))
                    .subscribe(models);
            var unused = models.answer().whenComplete((list, thrown) -> now.leave());
            return models.answer();
        } catch (RuntimeException e) {
            now.leave();
            return CompletableFuture.failedFuture(LlmException.of(e));
        } catch (Error e) {
            now.leave(); // or the routing table would not be closed after a reload
            throw e;
        }
    }

    /** Asks the backend of the request, or the first member of the group; neither its fallbacks nor its limits are used. */
    @Override
    public CompletableFuture<OptionalLong> countTokensAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        RoutingTable now = routing.enter();
        try {
            Backend backend = now.target(request.backend()).members().get(0).backend();
            CompletionRequest adapted = BackendRequest.of(request, backend, false, request.options());
            return backend.provider().countTokensAsync(adapted).whenComplete((count, thrown) -> now.leave());
        } catch (RuntimeException e) {
            now.leave();
            return CompletableFuture.failedFuture(LlmException.of(e));
        } catch (Error e) {
            now.leave(); // or the routing table would not be closed after a reload
            throw e;
        }
    }

    /**
     * The health of the default backend; a group is up if one of its members is; all are asked at the same time. A backend is down while it refuses the
     * gateway's key or account.
     */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return healthOf("");
    }

    CompletableFuture<ProviderHealth> healthOf(String name) {
        RoutingTable now = routing.enter();
        CompletableFuture<ProviderHealth> health;
        try {
            health = firstUp(now.target(name).members());
        } catch (LlmException e) { // removed by a reload
            health = CompletableFuture.completedFuture(ProviderHealth.down("There is no backend '" + name + "'."));
        } catch (RuntimeException | Error e) {
            now.leave(); // or the routing table would not be closed after a reload
            throw e;
        }
        return health.whenComplete((known, thrown) -> now.leave());
    }

    /** Asks all members at the same time: the first answer that says up, or the last answer if none does. */
    private static CompletableFuture<ProviderHealth> firstUp(List<Target.Member> members) {
        CompletableFuture<ProviderHealth> first = new CompletableFuture<>();
        AtomicInteger open = new AtomicInteger(members.size());
        for (Target.Member member : members) {
            var unused = member.backend().health().whenComplete((health, thrown) -> {
                boolean last = open.decrementAndGet() == 0;
                if (health != null && (health.up() || last)) {
                    first.complete(health);
                } else if (last) {
                    first.completeExceptionally(thrown);
                }
            });
        }
        return first;
    }

    /**
     * Replaces the configuration. Running calls finish on the old backends, which are closed after the last of these calls;
     * so the new configuration must not contain an old backend. If the new configuration is invalid, the old one stays, and
     * the new backends still belong to the caller.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} as {@link GatewayBuilder#build} does, or if this gateway is
     *     closed
     */
    public void reload(GatewayBuilder next) {
        routing.replace(next.routing());
    }

    /** Closes all backends at once; running calls fail. */
    @Override
    public void close() {
        routing.close();
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
