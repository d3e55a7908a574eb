package dev.postern.server.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Arrays;

/** Gives the timer of a name buckets, because the handler of observations makes it without. */
final class Buckets implements MeterFilter {
    private final String name;
    private final double[] nanos;

    Buckets(String name, Duration... bounds) {
        this.name = name;
        this.nanos = Arrays.stream(bounds).mapToDouble(Duration::toNanos).toArray();
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(name)
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(nanos)
                        .build()
                        .merge(config)
                : config;
    }
}
