package dev.postern.server.admin;

import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.server.observe.RequestSummary;
import dev.postern.usage.UsageSum;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Writes what the page for operators shows, as JSON. Never waits for a backend. Thread-safe. */
public final class AdminState {
    private static final int MAX_REQUESTS = 100;

    private final Gateway gateway;
    private final BackendStates states;
    private final OpenRequests requests;
    private final Supplier<Map<String, UsageSum>> costs;
    private final Supplier<String> reloadError;
    private final LongSupplier streams;
    private final Clock clock;
    private final Instant started;
    private final HealthCache health;

    /**
     * The state of a server that starts now.
     *
     * @param states a listener of the gateway
     * @param costs supplies what each backend cost so far; empty without prices
     * @param reloadError supplies why the configuration file is not in use; empty if it is
     * @param streams supplies the number of open streams
     * @param clock the time of day
     * @param nanoTime a monotonic clock
     */
    public AdminState(
            Gateway gateway,
            BackendStates states,
            OpenRequests requests,
            Supplier<Map<String, UsageSum>> costs,
            Supplier<String> reloadError,
            LongSupplier streams,
            Clock clock,
            LongSupplier nanoTime) {
        this.gateway = gateway;
        this.states = states;
        this.requests = requests;
        this.costs = costs;
        this.reloadError = reloadError;
        this.streams = streams;
        this.clock = clock;
        this.started = clock.instant();
        this.health = new HealthCache(nanoTime);
    }

    /** The present state. */
    public byte[] json() {
        Map<String, UsageSum> known = costs.get();
        String standard = gateway.defaultBackend();
        List<String> names = gateway.backends();
        List<ObservedRequest> oldest = requests.oldest(MAX_REQUESTS);
        return Json.bytes(json -> json.object(state -> state.field("time", text(clock.instant()))
                .field("started", text(started))
                .fieldIfAny("config_reload_error", FailureText.clean(reloadError.get()))
                .object(
                        "requests",
                        all -> all.field("open", requests.count())
                                .field("streams", streams.getAsLong())
                                .field("begun", requests.begun()))
                .field("rate_minutes", RateWindow.MINUTES)
                .array(
                        "backends",
                        names,
                        (out, name) -> out.object(one -> backend(one, name, name.equals(standard), known)))
                .array("open_requests", oldest, (out, request) -> out.object(one -> request(one, request)))
                .array(
                        "failures",
                        states.failures().list(),
                        (out, failure) -> out.object(one -> failure(one, failure)))));
    }

    private void backend(JsonWriter json, String name, boolean standard, Map<String, UsageSum> known) {
        BackendCounts.Values values = states.values(name);
        json.field("name", name)
                .field("default", standard)
                .field("available", !values.unavailable().containsKey(""))
                .array(
                        "unavailable",
                        values.unavailable().entrySet(),
                        (out, each) -> out.object(one -> unavailable(one, each.getKey(), each.getValue())));
        Optional<ProviderHealth> checked = health.of(gateway, name);
        checked.ifPresent(found -> json.object(
                "health",
                one -> one.field("up", found.up())
                        .fieldIfAny(
                                "kind", found.failure().map(AdminState::text).orElse(""))
                        .fieldIfAny("detail", FailureText.clean(found.detail()))));
        json.field("open", values.open())
                .field("answered", values.answered())
                .field("failed", values.failed())
                .field("cancelled", values.cancelled())
                .field("recent_attempts", values.recentAttempts())
                .field("recent_failures", values.recentFailures())
                .field("tokens_in", values.tokensIn())
                .field("tokens_out", values.tokensOut());
        if (values.firstTokenMillis() >= 0) {
            json.field("first_token_ms", Math.round(values.firstTokenMillis()));
        }
        UsageSum sum = known.get(name);
        if (sum != null) {
            json.object(
                    "cost",
                    cost -> cost.field(
                                    "amount",
                                    sum.cost().amount().stripTrailingZeros().toPlainString())
                            .field("currency", sum.cost().currency())
                            .field("unpriced_attempts", sum.unpriced()));
        }
    }

    private static void unavailable(JsonWriter json, String model, BackendCounts.Unavailable why) {
        json.fieldIfAny("model", FailureText.clean(model))
                .field("since", text(why.since()))
                .field("kind", text(why.kind()))
                .fieldIfAny("message", why.message());
    }

    private static void request(JsonWriter json, ObservedRequest request) {
        RequestSummary now = request.now();
        json.field("request_id", now.who().requestId())
                .fieldIfAny("key", now.who().key())
                .fieldIfAny("tenant", now.who().tenant())
                .fieldIfAny("route", now.route())
                .fieldIfAny("backend", now.calls().backend())
                .fieldIfAny("model", now.calls().model())
                .field("age_ms", now.duration().toMillis());
    }

    private static void failure(JsonWriter json, RecentFailures.Failure failure) {
        json.field("time", text(failure.time()))
                .fieldIfAny("request_id", failure.requestId())
                .fieldIfAny("backend", failure.backend())
                .fieldIfAny("model", failure.model())
                .field("kind", text(failure.kind()));
        if (failure.status() > 0) {
            json.field("status", failure.status());
        }
        json.fieldIfAny("message", failure.message());
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String text(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
