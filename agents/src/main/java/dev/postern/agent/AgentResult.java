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
 * What came of a run.
 *
 * @param agent the agent's name
 * @param sessionId the session it belongs to
 * @param response the answer: the last text of the model that is not empty. If a limit ended the run, a sentence that
 *     says so comes first
 * @param end why the run ended
 * @param stopReason why the model stopped the last time
 * @param turns how many times the model was asked
 * @param toolCalls the calls that the model made and the results that it was told, in order
 * @param usage what the run cost, with the agents that it asked, as far as the backends said
 * @param turnUsage what each turn of its own cost, as far as the backend said
 * @param memoryFailures what of the conversation or the memories could not be read or stored, of this agent and of those
 *     that it asked; empty if all went well
 */
public record AgentResult(
        String agent,
        String sessionId,
        String response,
        AgentEnd end,
        StopReason stopReason,
        int turns,
        List<Executed> toolCalls,
        Optional<Usage> usage,
        List<Optional<Usage>> turnUsage,
        List<LlmException> memoryFailures) {

    /** Copies the lists. */
    public AgentResult {
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(response, "response");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(stopReason, "stopReason");
        toolCalls = List.copyOf(toolCalls);
        Objects.requireNonNull(usage, "usage");
        turnUsage = List.copyOf(turnUsage);
        memoryFailures = List.copyOf(memoryFailures);
    }

    /**
     * A call and its result.
     *
     * @param call what the model asked for
     * @param result what it was told
     */
    public record Executed(ToolCall call, ToolResult result) {
        /** Refuses null. */
        public Executed {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(result, "result");
        }
    }

    /** The names of the tools in the order of the calls, each as often as it was called. */
    public List<String> toolsCalled() {
        return toolCalls.stream().map(executed -> executed.call().name()).toList();
    }
}
