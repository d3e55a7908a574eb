package dev.postern.micrometer;

import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunWatch;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolStart;
import dev.postern.agent.RunListener.ToolWatch;
import io.micrometer.observation.Observation;

/** The observation of one run of an agent. */
final class ObservedRun implements RunWatch {
    private final ObservationRunListener listener;
    private final Opened opened;
    private final AgentRunContext context;

    ObservedRun(ObservationRunListener listener, Opened opened, AgentRunContext context) {
        this.listener = listener;
        this.opened = opened;
        this.context = context;
    }

    @Override
    public ToolWatch tool(ToolStart tool) {
        AgentToolContext made = new AgentToolContext(context.start(), tool);
        Observation observation =
                Observation.createNotStarted(listener.customTools, listener.tools, () -> made, listener.registry);
        if (observation.isNoop()) {
            return ToolWatch.NONE;
        }
        Opened.start(observation, opened.observation());
        tool.carry(ObservationListener.OBSERVATION, observation);
        return new ObservedTool(listener, observation, made);
    }

    @Override
    public void end(RunEnd end) {
        context.ended(end);
        opened.stop(end.failure().map(listener::shown));
    }

    /** The observation of one tool call. */
    private record ObservedTool(ObservationRunListener listener, Observation observation, AgentToolContext context)
            implements ToolWatch {
        @Override
        public void end(ToolEnd end) {
            context.ended(end);
            Opened.stop(observation, end.failure().map(listener::shown));
        }
    }
}
