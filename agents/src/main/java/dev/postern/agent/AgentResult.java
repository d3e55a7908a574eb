package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of a run.
 *
 * @param agent the agent's name
 * @param sessionId the session of the run
 * @param text the answer: the model's last text that is not empty. If a limit ended the run, it starts with a
 *     sentence that says so
 * @param end why the run ended
 * @param stopReason the stop reason of the model's last answer
 * @param turns how many times the model was asked
 * @param toolCalls the tool calls and their results, in order
 * @param usage the usage of the run and of the agents that it called, as far as the backends reported it
 * @param turnUsage the usage of each turn of this agent, as far as the backend reported it
 * @param memoryFailures the failures to read or store conversations or memories, of this agent and of those that it
 *     called; empty if there were none
 */
public record AgentResult(
        String agent,
        String sessionId,
        String text,
        AgentEnd end,
        StopReason stopReason,
        int turns,
        List<ExecutedCall> toolCalls,
        Optional<Usage> usage,
        List<Optional<Usage>> turnUsage,
        List<LlmException> memoryFailures) {

    /** Copies the lists. */
    public AgentResult {
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(stopReason, "stopReason");
        toolCalls = List.copyOf(toolCalls);
        Objects.requireNonNull(usage, "usage");
        turnUsage = List.copyOf(turnUsage);
        memoryFailures = List.copyOf(memoryFailures);
    }

    /**
     * A tool call and its result.
     *
     * @param call the model's call
     * @param result the result that the model got
     */
    public record ExecutedCall(ToolCall call, ToolResult result) {
        /** Refuses null. */
        public ExecutedCall {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(result, "result");
        }
    }

    /** Returns the name of the tool of each call, in the order of the calls. */
    public List<String> toolsCalled() {
        return toolCalls.stream().map(executed -> executed.call().name()).toList();
    }
}
