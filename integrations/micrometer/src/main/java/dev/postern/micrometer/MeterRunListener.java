package dev.postern.micrometer;

import dev.postern.agent.RunListener;
import dev.postern.genai.GenAi;
import dev.postern.genai.shared.GenAiAgents;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Objects;

/**
 * Measures how often the runs of agents ask their model, and how many tool calls they make. The time that runs and tool calls take is a
 * meter of {@link ObservationRunListener}. Needs {@code micrometer-core} and {@code postern-agents}.
 *
 * <p>Thread-safe.
 */
public final class MeterRunListener implements RunListener {
    private static final double[] COUNTS =
            GenAiAgents.COUNTS.stream().mapToDouble(Long::doubleValue).toArray();

    private final MeterRegistry registry;

    private MeterRunListener(MeterRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** A listener for this registry. */
    public static MeterRunListener of(MeterRegistry registry) {
        return new MeterRunListener(registry);
    }

    @Override
    public RunWatch begin(RunStart run) {
        String agent = run.agent().isEmpty() ? KeyValue.NONE_VALUE : run.agent();
        return new RunWatch() {
            @Override
            public void end(RunEnd end) {
                Tags tags = Tags.of(
                        GenAiAgents.AGENT_NAME,
                        agent,
                        GenAi.ERROR_TYPE,
                        GenAi.errorType(end.outcome(), end.failure()).orElse(KeyValue.NONE_VALUE));
                summary(GenAiAgents.RUN_INFERENCE_CALLS, "How often a run asked its model.", end.turns(), tags);
                summary(GenAiAgents.RUN_TOOL_CALLS, "How many tool calls a run made.", end.toolCalls(), tags);
            }
        };
    }

    private void summary(String name, String description, int count, Tags tags) {
        DistributionSummary.builder(name)
                .description(description)
                .baseUnit("calls")
                .serviceLevelObjectives(COUNTS)
                .tags(tags)
                .register(registry)
                .record(count);
    }
}
