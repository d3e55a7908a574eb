package dev.postern.server.metrics;

import dev.postern.call.CallListener;
import dev.postern.genai.GenAi;
import dev.postern.micrometer.MeterListener;
import dev.postern.micrometer.ObservationListener;
import dev.postern.server.observe.RequestSummary;
import dev.postern.usage.CallCost;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All meters of the server: the GenAI metrics of calls, requests by route and status, states of backends, refusals, costs, and the JVM. Each
 * label has a bounded number of values. Thread-safe.
 */
public final class ServerMetrics implements Consumer<RequestSummary>, AutoCloseable {
    /** The content type of {@link #scrape}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
    private static final Duration[] SECONDS = GenAi.SECONDS.stream()
            .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmMeters jvm;
    private final BoundedNames models = new BoundedNames(100, 20);
    private final BoundedNames tenants = new BoundedNames(0, 200);
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final MultiGauge available;

    /** Meters without values. */
    public ServerMetrics() {
        registry.config().meterFilter(new Buckets("gen_ai.client.inference.duration", SECONDS));
        observations
                .observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(
                        registry, DefaultMeterObservationHandler.IgnoredMeters.LONG_TASK_TIMER));
        available = MultiGauge.builder("postern.backend.available")
                .description("1 if the backend is asked, 0 while it cools down or refuses its key.")
                .register(registry);
        jvm = new JvmMeters(registry);
    }

    /** The listeners of the gateway that measure calls. */
    public List<CallListener> listeners() {
        return List.of(
                new BoundedModels(MeterListener.of(registry), models),
                new BoundedModels(ObservationListener.of(observations), models));
    }

    /** Counts a request that is over. */
    @Override
    public void accept(RequestSummary request) {
        Timer.builder("http.server.request.duration")
                .description("The time until the end of the answer, by the pattern of the path.")
                .tag("http.request.method", METHODS.contains(request.method()) ? request.method() : "_OTHER")
                .tag("http.route", request.route().isEmpty() ? "none" : request.route())
                .tag("http.response.status_code", Integer.toString(request.status()))
                .tag("outcome", request.outcome().wire())
                .serviceLevelObjectives(SECONDS)
                .register(registry)
                .record(request.duration());
    }

    /** Counts what a call cost, if this is known. */
    public void priced(CallCost call) {
        if (call.end().total().isEmpty()) {
            return; // it used nothing as far as is known, for example because no server was reached
        }
        String model = models.shown(call.end().model());
        Tags tags = Tags.of("backend", call.end().backend(), "model", model.isEmpty() ? "none" : model);
        call.total()
                .ifPresentOrElse(
                        cost -> Counter.builder("postern.cost")
                                .description("The cost of calls, by the backend and model of their last attempts.")
                                .tags(tags.and("currency", cost.currency()))
                                .register(registry)
                                .increment(cost.amount().doubleValue()),
                        () -> Counter.builder("postern.cost.unknown.calls")
                                .description("Calls whose cost is unknown, because a price is missing.")
                                .tags(tags)
                                .register(registry)
                                .increment());
    }

    /**
     * Counts a request that was refused.
     *
     * @param tenant the tenant; empty if unknown
     * @param limit what was exceeded; one of few names that are known in advance
     */
    public void refused(String tenant, String limit) {
        String shown = tenants.shown(tenant);
        Counter.builder("postern.server.refused")
                .description("Requests that were refused because of a limit of their tenant or key.")
                .tag("tenant", shown.isEmpty() ? "none" : shown)
                .tag("limit", limit)
                .register(registry)
                .increment();
    }

    /** Adds a gauge. The supplier is called by each {@link #scrape}. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** Adds a counter whose value is counted elsewhere. */
    public void counter(String name, String description, Supplier<Number> value) {
        FunctionCounter.builder(name, value, count -> count.get().doubleValue())
                .description(description)
                .register(registry);
    }

    /**
     * All values.
     *
     * @param backends the present backends, and whether each is available
     */
    public synchronized String scrape(Map<String, Boolean> backends) {
        available.register(
                backends.entrySet().stream()
                        .map(each -> MultiGauge.Row.of(Tags.of("backend", each.getKey()), each.getValue() ? 1 : 0))
                        .toList(),
                true);
        return registry.scrape(CONTENT_TYPE);
    }

    @Override
    public void close() {
        jvm.close();
        registry.close();
    }
}
