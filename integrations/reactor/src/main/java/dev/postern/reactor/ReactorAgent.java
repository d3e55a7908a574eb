package dev.postern.reactor;

import dev.postern.agent.Agent;
import dev.postern.agent.AgentEvent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentResult;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The runs of an agent as {@link Flux} and {@link Mono}. Needs {@code postern-agents}.
 *
 * <pre>{@code
 * ReactorAgent.of(agent).run(AgentInput.of("Is it cold in Paris?")).map(AgentResult::text)
 * }</pre>
 *
 * <p>Cold: each subscription is one run. Demand reaches the model, and a cancel ends the run and its running tools at once. The input
 * gets the context of its subscriber, as the requests of {@link ReactorLlm} do. Tools see thread-locals of the Reactor Context if the
 * agent has {@link ReactorContext#binding}. No method blocks. Each failure is an {@link dev.postern.LlmException}. Immutable and
 * thread-safe.
 */
public final class ReactorAgent {
    private final Agent agent;

    private ReactorAgent(Agent agent) {
        this.agent = agent;
    }

    /** The runs of this agent. */
    public static ReactorAgent of(Agent agent) {
        return new ReactorAgent(Objects.requireNonNull(agent, "agent"));
    }

    /** The events of a run, as {@link Agent#stream(AgentInput)} delivers them. The last one has the result. */
    public Flux<AgentEvent> stream(AgentInput input) {
        Objects.requireNonNull(input, "input");
        return Flux.from(new FlowBridge<>(
                view -> agent.stream(input.withContext(SubscriberContext.in(input.context(), view))), false));
    }

    /** The result of a run, as {@link Agent#runAsync(AgentInput)} computes it. */
    public Mono<AgentResult> run(AgentInput input) {
        Objects.requireNonNull(input, "input");
        return SubscriberContext.mono(
                view -> agent.runAsync(input.withContext(SubscriberContext.in(input.context(), view))));
    }

    /** Shows the agent. */
    @Override
    public String toString() {
        return "ReactorAgent[" + agent + "]";
    }
}
