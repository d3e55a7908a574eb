package dev.postern.micrometer;

import dev.postern.agent.RunListener.RunStart;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolStart;
import io.micrometer.observation.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an {@link io.micrometer.observation.ObservationConvention} knows of a tool call of an agent. */
public final class AgentToolContext extends Observation.Context {
    private final RunStart run;
    private final ToolStart start;
    private @Nullable ToolEnd end;

    AgentToolContext(RunStart run, ToolStart start) {
        this.run = run;
        this.start = start;
    }

    /** The beginning of the run that made the tool call. */
    public RunStart run() {
        return run;
    }

    /** The beginning of the tool call, with its name and arguments. */
    public ToolStart start() {
        return start;
    }

    /** The end of the tool call, with its result; empty while it runs. */
    public Optional<ToolEnd> end() {
        return Optional.ofNullable(end);
    }

    void ended(ToolEnd over) {
        end = over;
    }
}
