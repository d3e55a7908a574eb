package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/**
 * A model with instructions, tools and a memory, and the loop in which it uses them: ask the model, run the tools that it
 * calls, hand it the results, ask again, until it calls none or a {@linkplain AgentLimits limit} is reached.
 *
 * <pre>{@code
 * record City(@Description("without its country") String name) {}
 *
 * Agent agent = Agent.builder(llm)
 *         .system("You are a helpful assistant.")
 *         .tool(Tool.of("get_weather", "The weather in a city, now.", City.class, city -> forecast(city.name())))
 *         .build();
 *
 * System.out.println(agent.run("Do I need a coat in Paris?").response());
 * }</pre>
 *
 * <p>The calls of one turn run in parallel; the model gets all results at once, in the order of its calls. Every call gets
 * a result: of a tool that throws, takes too long or does not exist, of arguments that do not fit, of a call that was
 * refused, it is an error that says so, and the loop goes on. No tool runs twice for one call.
 *
 * <p>With a {@link ConversationMemory} a run goes on where its session left off, and is added to it when it has ended
 * well; a run that fails or is cancelled leaves nothing behind in the session. What such a run had said and done is in {@link
 * LlmException#transcript()}, and {@link AgentInput#resuming} goes on from there, so that no tool runs twice.
 *
 * <p>Immutable and thread-safe: one agent serves any number of runs at once. It owns nothing, so there is nothing to
 * close.
 */
public final class Agent {
    private final AgentSettings settings;

    Agent(AgentSettings settings) {
        this.settings = settings;
    }

    /** Starts an agent without tools and memory. */
    public static AgentBuilder builder(LlmProvider llm) {
        return new AgentBuilder(llm);
    }

    /** Its name. */
    public String name() {
        return settings.name();
    }

    /** {@code OWNER:NAME}: the agent of its sessions' {@linkplain #sessionKey keys}, where no user is named. */
    public String id() {
        return settings.actor("");
    }

    /**
     * The key under which a {@link ConversationMemory} has a session of this agent, for example to read or to delete it.
     *
     * @param session the session's id, such as {@link AgentResult#sessionId()}
     */
    public SessionKey sessionKey(String session) {
        return sessionKey(session, "");
    }

    /** The key of a session that belongs to a user; see {@link AgentInput#user()}. */
    public SessionKey sessionKey(String session, String user) {
        return settings.session(user, session);
    }

    /** What it is good for; may be empty. */
    public String description() {
        return settings.description();
    }

    /** Runs with a message in a new session, and waits for the result. See {@link #run(AgentInput)}. */
    public AgentResult run(String message) {
        return run(AgentInput.of(message));
    }

    /**
     * Runs and waits for the result. Interrupting the waiting thread cancels the run: it fails with {@link
     * Kind#CANCELLED} and the interrupt stays set.
     *
     * @throws LlmException if the model cannot be asked; its {@link LlmException#transcript()} says what was done before
     */
    public AgentResult run(AgentInput input) {
        ResultOnly waiting = new ResultOnly();
        AgentRun run = run(input, waiting);
        CompletableFuture<AgentResult> result = waiting.result();
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw run.interrupted(e);
        } catch (ExecutionException | CancellationException e) {
            throw RunFailure.rethrown(e);
        }
    }

    /** Runs. Cancelling the future cancels the run, with the tools that are running. */
    public CompletableFuture<AgentResult> runAsync(AgentInput input) {
        ResultOnly waiting = new ResultOnly();
        run(input, waiting);
        return waiting.result();
    }

    /** Begins a run that nobody watches. */
    private AgentRun run(AgentInput input, ResultOnly waiting) {
        AgentRun run =
                new AgentRun(settings, new WholeAnswers(settings.llm()), input, Lineage.root(settings, input), waiting);
        run.start();
        return run;
    }

    /** The run of a message in a new session as it happens. See {@link #stream(AgentInput)}. */
    public Flow.Publisher<AgentEvent> stream(String message) {
        return stream(AgentInput.of(message));
    }

    /**
     * A run as it happens. Cold: each subscription runs anew. Back-pressure reaches the model: what nobody asks for is not
     * read. Cancelling ends the run at once, with the tools that are running.
     */
    public Flow.Publisher<AgentEvent> stream(AgentInput input) {
        return stream(input, Lineage.root(settings, input));
    }

    /** The same as a part of another run. */
    Flow.Publisher<AgentEvent> stream(AgentInput input, Lineage lineage) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new AgentRun(settings, settings.llm(), input, lineage, subscriber).start();
        };
    }

    AgentSettings settings() {
        return settings;
    }

    /** Its name and whom it asks. */
    @Override
    public String toString() {
        return "Agent[" + settings.actor("") + " with " + settings.tools().size() + " tools, asks "
                + settings.llm().name() + "]";
    }
}
