package dev.postern.micrometer;

import dev.postern.genai.GenAi;
import dev.postern.genai.shared.GenAiAgents;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a run of an agent and its key values by the GenAI conventions. Key values of low cardinality are always
 * there, with {@code none} for what is unknown. An application that wants others extends this class or writes a convention of its own.
 */
public class AgentRunConvention implements ObservationConvention<AgentRunContext> {
    /** A convention. */
    public AgentRunConvention() {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof AgentRunContext;
    }

    /** {@code gen_ai.invoke_agent.duration}. */
    @Override
    public String getName() {
        return GenAiAgents.RUN_DURATION;
    }

    /** {@code invoke_agent AGENT}. */
    @Override
    public String getContextualName(AgentRunContext run) {
        return GenAiAgents.spanName(run.start());
    }

    /** Operation, agent, and what went wrong. */
    @Override
    public KeyValues getLowCardinalityKeyValues(AgentRunContext run) {
        KeyValueSink sink = new KeyValueSink();
        sink.put(GenAi.OPERATION_NAME, GenAiAgents.INVOKE_AGENT);
        sink.putAlways(GenAiAgents.AGENT_NAME, run.start().agent());
        sink.putAlways(
                GenAi.ERROR_TYPE,
                run.end()
                        .flatMap(end -> GenAi.errorType(end.outcome(), end.failure()))
                        .orElse(""));
        return sink.keyValues();
    }

    /** Description and session; and, when the run has ended, turns, tool calls and the reason. No content, and no tokens. */
    @Override
    public KeyValues getHighCardinalityKeyValues(AgentRunContext run) {
        KeyValueSink sink = new KeyValueSink();
        GenAiAgents.describe(run.start(), sink);
        run.end().ifPresent(end -> GenAiAgents.describe(end, sink));
        return sink.keyValues();
    }
}
