package dev.postern.micrometer;

import dev.postern.call.CallListener;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ProviderNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;

/**
 * Counts the tokens of all attempts, and measures streams: the time until the first event with content, and the time between events.
 * The time that calls take is a meter of {@link ObservationListener}. Needs {@code micrometer-core}.
 *
 * <p>Thread-safe.
 */
public final class MeterListener implements CallListener {
    private final Meters meters;
    private final ProviderNames providers;

    private MeterListener(MeterRegistry registry, GenAiNames names, ProviderNames providers) {
        meters = new Meters(Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(names, "names"));
        this.providers = Objects.requireNonNull(providers, "providers");
    }

    /** A listener with the newest names. */
    public static MeterListener of(MeterRegistry registry) {
        return of(registry, GenAiNames.LATEST, ProviderNames.wellKnown());
    }

    /** A listener with these names of meters and providers. */
    public static MeterListener of(MeterRegistry registry, GenAiNames names, ProviderNames providers) {
        return new MeterListener(registry, names, providers);
    }

    @Override
    public CallWatch begin(CallStart call) {
        return new MeteredCall(meters, providers, call);
    }
}
