package dev.postern.agent;

import dev.postern.flow.Timer;
import java.util.concurrent.Executor;

/**
 * What the parts of one run share.
 *
 * @param input what it began with
 * @param tools what the model may call
 * @param limits its bounds
 * @param approval who decides about calls
 * @param failures what becomes of failures in tools and hooks
 * @param lineage what it has from the run that asked for it
 * @param spending what it has used of its bounds
 * @param memoryFailures what of its memory failed
 * @param results how much room is left for the results of tools
 * @param executor where tools and memories block
 * @param timer the clock
 */
record RunContext(
        AgentInput input,
        Toolbox tools,
        AgentLimits limits,
        ToolApproval approval,
        ToolFailures failures,
        Lineage lineage,
        Spending spending,
        MemoryFailures memoryFailures,
        ResultBudget results,
        Executor executor,
        Timer timer) {

    /** How many agents stand above this one. */
    int depth() {
        return lineage.depth();
    }

    /** What the run of an agent has that this run asks. */
    Lineage below() {
        return new Lineage(lineage.depth() + 1, lineage.options(), spending, memoryFailures);
    }
}
