package dev.postern.micrometer;

import dev.postern.genai.GenAi;
import dev.postern.genai.shared.GenAiAgents;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a tool call and its key values by the GenAI conventions. Key values of low cardinality are always there, with
 * {@code none} for what is unknown. An application that wants others extends this class or writes a convention of its own.
 */
public class AgentToolConvention implements ObservationConvention<AgentToolContext> {
    /** A convention. */
    public AgentToolConvention() {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof AgentToolContext;
    }

    /** {@code gen_ai.execute_tool.duration}. */
    @Override
    public String getName() {
        return GenAiAgents.TOOL_DURATION;
    }

    /** {@code execute_tool TOOL}. */
    @Override
    public String getContextualName(AgentToolContext tool) {
        return GenAiAgents.spanName(tool.start());
    }

    /** Operation, agent, tool, and what went wrong. The name of a tool that the agent does not have is {@code unknown}. */
    @Override
    public KeyValues getLowCardinalityKeyValues(AgentToolContext tool) {
        KeyValueSink sink = new KeyValueSink();
        sink.put(GenAi.OPERATION_NAME, GenAiAgents.EXECUTE_TOOL);
        sink.putAlways(GenAiAgents.AGENT_NAME, tool.run().agent());
        sink.put(GenAiAgents.TOOL_NAME, GenAiAgents.measuredName(tool.start()));
        sink.put(GenAiAgents.TOOL_TYPE, GenAiAgents.FUNCTION);
        sink.putAlways(GenAi.ERROR_TYPE, tool.end().map(GenAiAgents::errorType).orElse(""));
        return sink.keyValues();
    }

    /** Id and description of the call, and the agent that it asks. No arguments and no result. */
    @Override
    public KeyValues getHighCardinalityKeyValues(AgentToolContext tool) {
        KeyValueSink sink = new KeyValueSink();
        GenAiAgents.describe(tool.start(), sink);
        return sink.keyValues();
    }
}
