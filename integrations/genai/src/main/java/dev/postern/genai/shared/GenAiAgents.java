package dev.postern.genai.shared;

import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunStart;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.RunListener.ToolStart;
import dev.postern.genai.GenAi;
import java.util.List;
import java.util.Locale;

/** Names and values of the runs of agents and of their tool calls. Needs {@code postern-agents}. */
public final class GenAiAgents {
    /** The value of {@link GenAi#OPERATION_NAME} of a run, and the beginning of the name of its span. */
    public static final String INVOKE_AGENT = "invoke_agent";
    /** The value of {@link GenAi#OPERATION_NAME} of a tool call, and the beginning of the name of its span. */
    public static final String EXECUTE_TOOL = "execute_tool";
    /** The name of the agent. */
    public static final String AGENT_NAME = "gen_ai.agent.name";
    /** The name of the tool. */
    public static final String TOOL_NAME = "gen_ai.tool.name";
    /** The type of the tool, always {@link #FUNCTION}. */
    public static final String TOOL_TYPE = "gen_ai.tool.type";
    /** The value of {@link #TOOL_TYPE}. */
    public static final String FUNCTION = "function";

    /** The metric of the time that runs take, in seconds. */
    public static final String RUN_DURATION = "gen_ai.invoke_agent.duration";
    /** The metric of the time that tool calls take, in seconds. */
    public static final String TOOL_DURATION = "gen_ai.execute_tool.duration";
    /** The metric of how often a run asks its model. */
    public static final String RUN_INFERENCE_CALLS = "gen_ai.invoke_agent.inference_calls";
    /** The metric of how many tool calls a run makes. */
    public static final String RUN_TOOL_CALLS = "gen_ai.invoke_agent.tool_calls";

    /** The upper bounds of the buckets of {@link #RUN_INFERENCE_CALLS} and {@link #RUN_TOOL_CALLS}. */
    public static final List<Long> COUNTS = List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L);

    private GenAiAgents() {}

    /** The name of the span of a run. */
    public static String spanName(RunStart run) {
        return INVOKE_AGENT + " " + run.agent();
    }

    /** The name of the span of a tool call. */
    public static String spanName(ToolStart tool) {
        return EXECUTE_TOOL + " " + tool.call().name();
    }

    /**
     * The name of a tool in metrics: {@code unknown} if the agent has no such tool, because a model can invent any number of names. Such
     * a tool has no description.
     */
    public static String measuredName(ToolStart tool) {
        return tool.description().isEmpty() ? "unknown" : tool.call().name();
    }

    /** Says what is known when a run begins, except for the name of the agent. */
    public static void describe(RunStart run, AttributeSink sink) {
        sink.putIfAny("gen_ai.agent.description", run.description());
        sink.putIfAny("gen_ai.conversation.id", run.sessionId());
    }

    /** Says what is known when a run has ended, except for the error. */
    public static void describe(RunEnd end, AttributeSink sink) {
        sink.put("postern.turns", end.turns());
        sink.put("postern.tool_calls", end.toolCalls());
        end.result()
                .ifPresent(result ->
                        sink.put("postern.run.end", result.end().name().toLowerCase(Locale.ROOT)));
    }

    /** Says what is known when a tool call begins, except for the name of the tool. No content. */
    public static void describe(ToolStart tool, AttributeSink sink) {
        sink.putIfAny("gen_ai.tool.call.id", tool.call().id());
        sink.putIfAny("gen_ai.tool.description", tool.description());
        sink.putIfAny("postern.tool.agent", tool.agent());
    }

    /**
     * The value of {@link GenAi#ERROR_TYPE} of a tool call: the name of the exception's class, else how the call ended, such as {@code
     * not_run}; {@code tool_error} if the result is an error; empty if it is none.
     */
    public static String errorType(ToolEnd end) {
        if (end.outcome() == ToolOutcome.RETURNED) {
            return end.result().filter(result -> result.isError()).isPresent() ? "tool_error" : "";
        }
        return end.outcome() == ToolOutcome.FAILED && end.failure().isPresent()
                ? end.failure().get().getClass().getName()
                : end.outcome().name().toLowerCase(Locale.ROOT);
    }
}
