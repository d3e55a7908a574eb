package dev.postern.agent;

import dev.postern.flow.Timer;

/**
 * What the phases of one run share.
 *
 * @param scope the context of the run's calls, its listeners and its threads
 * @param tools the tools that the model can call
 * @param limits the limits of the run
 * @param approval the hook that approves or refuses calls
 * @param failures reports failures of tools and hooks
 * @param parent what the run inherits
 * @param usage what the run has used of its limits
 * @param memoryFailures the failures of the run's memory
 * @param results the remaining size of tool results
 * @param timer the timer of the limits
 */
record RunContext(
        RunScope scope,
        Toolbox tools,
        AgentLimits limits,
        ToolApproval approval,
        ToolFailures failures,
        ParentContext parent,
        RunUsage usage,
        MemoryFailures memoryFailures,
        ResultBudget results,
        Timer timer) {

    /** Creates the context of a run that begins. */
    static RunContext of(
            AgentSettings settings,
            RunScope scope,
            ParentContext parent,
            RunUsage usage,
            MemoryFailures memoryFailures) {
        return new RunContext(
                scope,
                settings.toolbox(scope.context().user(), memoryFailures),
                settings.limits(),
                settings.approval(),
                new ToolFailures(settings.toolFailures()),
                parent,
                usage,
                memoryFailures,
                new ResultBudget(settings.limits().maxResultCharacters()),
                settings.timer());
    }

    /** Returns how many agents are above this one. */
    int depth() {
        return parent.depth();
    }

    /** Returns the context for the run of an agent that this run calls. */
    ParentContext childContext() {
        return new ParentContext(parent.depth() + 1, parent.callerWaits(), parent.options(), usage, memoryFailures);
    }
}
