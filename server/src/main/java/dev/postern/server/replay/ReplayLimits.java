package dev.postern.server.replay;

import java.time.Duration;

/**
 * How much of runs is kept, and how long.
 *
 * @param linger how long a run goes on without a watcher, before it is cancelled; 0 to cancel it at once
 * @param keep how long the events of a run are kept after its end
 * @param maxRuns the most runs whose events are kept, running ones included; at least 1
 * @param maxEvents the most events of one run that are kept, besides the first one; at least 1
 * @param maxBytes the most bytes of these events
 */
public record ReplayLimits(Duration linger, Duration keep, int maxRuns, int maxEvents, long maxBytes) {

    /** One minute, five minutes, 100 runs, 10,000 events and 512 KiB of each. */
    public static ReplayLimits defaults() {
        return new ReplayLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 100, 10_000, 512 * 1024);
    }
}
