package dev.postern.micrometer;

import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunStart;
import io.micrometer.observation.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an {@link io.micrometer.observation.ObservationConvention} knows of a run of an agent. */
public final class AgentRunContext extends Observation.Context {
    private final RunStart start;
    private @Nullable RunEnd end;

    AgentRunContext(RunStart start) {
        this.start = start;
    }

    /** The beginning of the run, with its agent and its input. */
    public RunStart start() {
        return start;
    }

    /** The end of the run; empty while it runs. */
    public Optional<RunEnd> end() {
        return Optional.ofNullable(end);
    }

    void ended(RunEnd over) {
        end = over;
    }
}
