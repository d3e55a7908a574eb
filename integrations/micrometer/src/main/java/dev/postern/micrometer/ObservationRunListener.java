package dev.postern.micrometer;

import dev.postern.agent.RunListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of each run of an agent, and one of each tool call as its child, by the newest GenAI conventions of
 * OpenTelemetry. Needs {@code postern-agents}.
 *
 * <pre>{@code
 * Agent agent = Agent.builder(llm)
 *         .name("helper")
 *         .listener(ObservationRunListener.of(observationRegistry))
 *         .listener(MeterRunListener.of(meterRegistry))
 *         .binding(ObservationListener.binding())
 *         .build();
 * }</pre>
 *
 * <p>The parent of a run is found as {@link ObservationListener} finds that of a call. Both observations are carried down as {@link
 * ObservationListener#OBSERVATION}: the calls of a run to its model are its children if that listener sees them, and the run of an agent
 * that a tool call asks is a child of the tool call. Tokens are on the calls only.
 *
 * <p>Thread-safe. Arguments and results of tools are not recorded. Of a failure, handlers see the kind or the class only, unless {@link
 * Builder#content} says otherwise.
 */
public final class ObservationRunListener implements RunListener {
    final ObservationRegistry registry;
    final @Nullable ObservationConvention<AgentToolContext> customTools;
    final ObservationConvention<AgentToolContext> tools = new AgentToolConvention();
    private final @Nullable ObservationConvention<AgentRunContext> customRuns;
    private final ObservationConvention<AgentRunContext> runs = new AgentRunConvention();
    private final boolean content;

    private ObservationRunListener(Builder builder) {
        registry = builder.registry;
        customRuns = builder.runs;
        customTools = builder.tools;
        content = builder.content;
    }

    /** A listener for this registry. */
    public static ObservationRunListener of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /** A builder of a listener for this registry. */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public RunWatch begin(RunStart run) {
        if (registry.isNoop()) {
            return RunWatch.NONE;
        }
        AgentRunContext context = new AgentRunContext(run);
        Observation observation = Observation.createNotStarted(customRuns, runs, () -> context, registry);
        if (observation.isNoop()) {
            return RunWatch.NONE;
        }
        Opened opened = Opened.start(observation, run.context(), registry);
        run.carry(ObservationListener.OBSERVATION, observation);
        return new ObservedRun(this, opened, context);
    }

    /** A failure as handlers see it. */
    Throwable shown(Throwable failure) {
        return content ? failure : Opened.withoutMessage(failure);
    }

    /** Builds a listener. Not thread-safe. */
    public static final class Builder {
        private final ObservationRegistry registry;
        private @Nullable ObservationConvention<AgentRunContext> runs;
        private @Nullable ObservationConvention<AgentToolContext> tools;
        private boolean content;

        private Builder(ObservationRegistry registry) {
            this.registry = registry;
        }

        /** A convention for runs, instead of {@link AgentRunConvention} and of one that the registry has. */
        public Builder runs(ObservationConvention<AgentRunContext> convention) {
            runs = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /** A convention for tool calls, instead of {@link AgentToolConvention} and of one that the registry has. */
        public Builder tools(ObservationConvention<AgentToolContext> convention) {
            tools = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * Whether the handlers of observations get failures with their messages, which tracing puts into spans. A message may have personal
         * data. Default false: of the failure of a model its kind, of that of a tool the name of its class.
         */
        public Builder content(boolean record) {
            content = record;
            return this;
        }

        /** The listener. */
        public ObservationRunListener build() {
            return new ObservationRunListener(this);
        }
    }
}
