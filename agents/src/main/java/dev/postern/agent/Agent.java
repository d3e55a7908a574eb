package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.WaitingCaller;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/**
 * A model with instructions, tools and a memory, and the loop that connects them: ask the model, run the tools that it
 * calls, send back the results, and repeat until it calls none or a {@linkplain AgentLimits limit} is reached.
 *
 * <pre>{@code
 * record City(@Description("without its country") String name) {}
 *
 * Agent agent = Agent.builder(llm)
 *         .system("You are a helpful assistant.")
 *         .tool(Tool.of("get_weather", "The weather in a city, now.", City.class, city -> forecast(city.name())))
 *         .build();
 *
 * System.out.println(agent.run("Do I need a coat in Paris?").text());
 * }</pre>
 *
 * <p>The calls of one turn run in parallel; the model gets all results at once, in the order of its calls. Every call
 * gets a result. If a tool throws, takes too long or does not exist, if its arguments are invalid, or if the call is
 * refused, the result is an error that says so, and the loop continues. No tool runs twice for one call.
 *
 * <p>With a {@link ConversationMemory}, a run continues its session, and is added to the session when it ends without
 * an exception. A run that fails or is cancelled adds nothing. The messages of a failed run are in {@link
 * LlmException#transcript()}, and {@link AgentInput#resuming} continues from there without running a tool again.
 *
 * <p>Immutable and thread-safe: one agent can run any number of times at once. It holds no resources and need not be
 * closed.
 */
public final class Agent {
    private final AgentSettings settings;

    Agent(AgentSettings settings) {
        this.settings = settings;
    }

    /** Returns a builder of an agent without tools and memory. */
    public static AgentBuilder builder(LlmProvider llm) {
        return new AgentBuilder(llm);
    }

    /** Returns the name. */
    public String name() {
        return settings.name();
    }

    /** Returns {@code OWNER:NAME}. It is the agent in the {@linkplain #sessionKey keys} of sessions without a user. */
    public String id() {
        return settings.actor("");
    }

    /**
     * Returns the key of a session of this agent in a {@link ConversationMemory}, for example to read or to delete it.
     *
     * @param session the session's id, such as {@link AgentResult#sessionId()}
     */
    public SessionKey sessionKey(String session) {
        return sessionKey(session, "");
    }

    /** Returns the key of a session that belongs to a user; see {@link AgentInput#user()}. */
    public SessionKey sessionKey(String session, String user) {
        return settings.session(user, session);
    }

    /** Returns what the agent can do, for other agents; may be empty. */
    public String description() {
        return settings.description();
    }

    /** Runs with a message in a new session and waits for the result. See {@link #run(AgentInput)}. */
    public AgentResult run(String message) {
        return run(AgentInput.of(message));
    }

    /**
     * Runs and waits for the result. Interrupting the waiting thread cancels the run: it fails with {@link
     * Kind#CANCELLED} and the interrupt stays set. Do not wait inside a tool: if all threads of the executor wait, the
     * tools of this run have no thread. Use {@link #runAsync(AgentInput)} there.
     *
     * @throws LlmException if the run fails; {@link LlmException#transcript()} has its messages so far
     * @throws IllegalStateException inside {@code onNext} of a {@link dev.postern.NonBlockingSubscriber}, which must not
     *     block
     */
    public AgentResult run(AgentInput input) {
        Dispatcher.requireBlocking("Agent.run");
        ResultSubscriber subscriber = new ResultSubscriber();
        AgentRun run = runForWaitingCaller(input, subscriber);
        CompletableFuture<AgentResult> result = subscriber.result();
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

    /** Runs with a message in a new session, without waiting. See {@link #runAsync(AgentInput)}. */
    public CompletableFuture<AgentResult> runAsync(String message) {
        return runAsync(AgentInput.of(message));
    }

    /** Runs without waiting. Cancelling the future cancels the run and its running tools. */
    public CompletableFuture<AgentResult> runAsync(AgentInput input) {
        ResultSubscriber subscriber = new ResultSubscriber();
        whereListenersMayBlock(() -> run(input, subscriber));
        return subscriber.result();
    }

    /** The waiting thread may be the only one of the executor that the provider's transport uses. */
    private AgentRun runForWaitingCaller(AgentInput input, ResultSubscriber subscriber) {
        boolean begun = WaitingCaller.begin(true);
        try {
            return run(input, subscriber);
        } finally {
            WaitingCaller.end(begun);
        }
    }

    /** Starts a run whose events are not needed. */
    private AgentRun run(AgentInput input, ResultSubscriber subscriber) {
        AgentRun run = new AgentRun(
                settings,
                new NonStreamingProvider(settings.llm()),
                input,
                ParentContext.root(settings, input),
                subscriber);
        run.start();
        return run;
    }

    /** Returns the events of a run with a message in a new session. See {@link #stream(AgentInput)}. */
    public Flow.Publisher<AgentEvent> stream(String message) {
        return stream(AgentInput.of(message));
    }

    /**
     * Returns the events of a run. Cold: each subscription starts a run. Back-pressure reaches the model: without
     * demand, no more of its answer is read. Cancelling ends the run and its running tools at once.
     */
    public Flow.Publisher<AgentEvent> stream(AgentInput input) {
        return stream(input, ParentContext.root(settings, input));
    }

    /** The same for an agent that another run calls. */
    Flow.Publisher<AgentEvent> stream(AgentInput input, ParentContext parent) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            whereListenersMayBlock(() -> new AgentRun(settings, settings.llm(), input, parent, subscriber).start());
        };
    }

    /** On this thread, unless a listener would block one that must not block. */
    private void whereListenersMayBlock(Runnable start) {
        if (settings.listeners().isEmpty()) {
            start.run();
        } else {
            Dispatcher.shared().runBlocking(start);
        }
    }

    AgentSettings settings() {
        return settings;
    }

    /** Shows the name, the number of tools and the provider. */
    @Override
    public String toString() {
        return "Agent[" + settings.actor("") + " with " + settings.tools().size() + " tools, asks "
                + settings.llm().name() + "]";
    }
}
