package dev.postern.agent;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.flow.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds an {@link Agent}. Not thread-safe. */
public final class AgentBuilder {
    /** The default namespace of an agent's memories. */
    public static final String DEFAULT_NAMESPACE = "agent:{agent_owner}:{agent_name}";

    private final LlmProvider llm;
    private String name = "agent";
    private String owner = "system";
    private String description = "";
    private String backend = "";
    private String model = "";
    private String system = "";
    private @Nullable Double temperature;
    private @Nullable Integer maxTokens;
    private Consumer<CompletionRequest.Builder> eachRequest = request -> {};
    private List<Tool> tools = new ArrayList<>();
    private final List<SubAgent> agents = new ArrayList<>();
    private ToolApproval approval = ToolApproval.ALL;
    private ToolFailureText toolFailures = ToolFailureText.CLASS_ONLY;
    private AgentLimits limits = AgentLimits.defaults();
    private @Nullable ConversationMemory conversations;
    private @Nullable MemoryStore memories;
    private boolean memoryRequired;
    private String namespace = DEFAULT_NAMESPACE;
    private Predicate<String> memoryTools = name -> true;
    private @Nullable Executor executor;
    private final List<Watching> listeners = new ArrayList<>();
    private @Nullable ContextBinding binding;
    private Timer timer = Timer.system();
    private Supplier<String> newSessionId =
            () -> UUID.randomUUID().toString().replace("-", "").substring(0, 16);

    AgentBuilder(LlmProvider llm) {
        this.llm = Objects.requireNonNull(llm, "llm");
    }

    /** Sets the name: 1 to 100 letters, digits, {@code _}, {@code -} and {@code .}; default {@code agent}. */
    public AgentBuilder name(String agentName) {
        name = Objects.requireNonNull(agentName, "name");
        return this;
    }

    /** Sets the owner, which is part of the key of sessions and memories; default {@code system}. */
    public AgentBuilder owner(String ownerName) {
        owner = Objects.requireNonNull(ownerName, "owner");
        return this;
    }

    /** Sets what the agent can do, for other agents that may call it; default empty. */
    public AgentBuilder description(String text) {
        description = Objects.requireNonNull(text, "description");
        return this;
    }

    /** Sets the backend to ask, if the provider is a gateway; default the gateway's default. */
    public AgentBuilder backend(String backendName) {
        backend = Objects.requireNonNull(backendName, "backend");
        return this;
    }

    /** Sets the model to ask; default the backend's. */
    public AgentBuilder model(String modelName) {
        model = Objects.requireNonNull(modelName, "model");
        return this;
    }

    /** Sets the system prompt; default none. */
    public AgentBuilder system(String prompt) {
        system = Objects.requireNonNull(prompt, "system");
        return this;
    }

    /** Sets the temperature; default null, the model's. See {@link CompletionRequest#temperature()}. */
    public AgentBuilder temperature(@Nullable Double value) {
        temperature = value;
        return this;
    }

    /** Sets the temperature. See {@link CompletionRequest#temperature()}. */
    public AgentBuilder temperature(double value) {
        return temperature(Double.valueOf(value));
    }

    /** Sets the longest answer of one turn, in tokens; default null, the model's. */
    public AgentBuilder maxTokens(@Nullable Integer count) {
        maxTokens = count;
        return this;
    }

    /**
     * Sets a function that changes each request before it is sent, for settings without a method here. The thread that
     * sends the request calls it. If the function sets another backend, the request gets the caller's options for that
     * backend; see {@link AgentInput#options()}.
     */
    public AgentBuilder eachRequest(Consumer<CompletionRequest.Builder> change) {
        eachRequest = Objects.requireNonNull(change, "change");
        return this;
    }

    /** Adds a tool. */
    public AgentBuilder tool(Tool tool) {
        tools.add(Objects.requireNonNull(tool, "tool"));
        return this;
    }

    /** Replaces all tools. Agents that were added by {@link #agent(Agent)} stay. */
    public AgentBuilder tools(List<Tool> all) {
        tools = new ArrayList<>(List.copyOf(all));
        return this;
    }

    /**
     * Adds another agent, which the model calls by a tool {@code call_NAME} that takes a message. Agents can call
     * agents that call agents, three levels deep.
     */
    public AgentBuilder agent(Agent other) {
        return agent(SubAgent.of(other));
    }

    AgentBuilder agent(SubAgent other) {
        agents.add(other);
        return this;
    }

    /** Sets the hook that approves or refuses each tool call; default {@link ToolApproval#ALL}. */
    public AgentBuilder approval(ToolApproval hook) {
        approval = Objects.requireNonNull(hook, "approval");
        return this;
    }

    /**
     * Sets what the model is told when a tool, a hook or another agent fails; default {@link
     * ToolFailureText#CLASS_ONLY}.
     */
    public AgentBuilder toolFailures(ToolFailureText text) {
        toolFailures = Objects.requireNonNull(text, "text");
        return this;
    }

    /** Sets the limits of a run; default {@link AgentLimits#defaults()}. */
    public AgentBuilder limits(AgentLimits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    /**
     * Sets the store of conversations; without it, each run starts without history. Agents with different names can
     * share it.
     */
    public AgentBuilder conversations(ConversationMemory memory) {
        conversations = Objects.requireNonNull(memory, "memory");
        return this;
    }

    /**
     * Sets the store in which the model keeps memories, by five tools, in the namespace {@value #DEFAULT_NAMESPACE}.
     */
    public AgentBuilder memories(MemoryStore store) {
        return memories(store, DEFAULT_NAMESPACE);
    }

    /**
     * The same with another namespace, in which <code>{agent_owner}</code> and <code>{agent_name}</code> are replaced.
     */
    public AgentBuilder memories(MemoryStore store, String namespaceTemplate) {
        memories = Objects.requireNonNull(store, "store");
        namespace = Objects.requireNonNull(namespaceTemplate, "namespace");
        return this;
    }

    /**
     * Sets whether a run fails if its conversation or its memories cannot be read or stored. Default false: the run
     * continues without them, and {@link AgentResult#memoryFailures()} lists the failures. If a run fails because its
     * turn cannot be stored, {@link LlmException#transcript()} has the answer, and {@link AgentInput#resuming} tries to
     * store it again.
     */
    public AgentBuilder memoryRequired(boolean required) {
        memoryRequired = required;
        return this;
    }

    /** Selects by name the memory tools that the model gets; default all five. */
    AgentBuilder memoryTools(Predicate<String> allowed) {
        memoryTools = allowed;
        return this;
    }

    /**
     * Sets the executor on which tools and memories may block. The caller shuts it down. Default 64 daemon threads that
     * all agents share.
     */
    public AgentBuilder executor(Executor taskExecutor) {
        executor = Objects.requireNonNull(taskExecutor, "executor");
        return this;
    }

    /**
     * Adds a listener, which sees the runs of this agent. It does not see the runs of agents that this one calls; add it to those, too.
     * Default none. A listener that was added before is not added again.
     */
    public AgentBuilder listener(RunListener listener) {
        Watching.add(Objects.requireNonNull(listener, "listener"), listeners);
        return this;
    }

    AgentBuilder listeners(List<Watching> all) {
        listeners.addAll(all);
        return this;
    }

    /**
     * Adds a binding of the context of a tool call to the thread on which its function or its approval runs, and of the context of the run
     * to the thread of its memory, for code that reads thread-locals. It is bound after those before, and closed earlier. Default: nothing
     * is bound.
     */
    public AgentBuilder binding(ContextBinding threads) {
        Objects.requireNonNull(threads, "threads");
        binding = binding == null ? threads : binding.then(threads);
        return this;
    }

    AgentBuilder timer(Timer clock) {
        timer = clock;
        return this;
    }

    AgentBuilder newSessionId(Supplier<String> source) {
        newSessionId = source;
        return this;
    }

    /**
     * Builds the agent.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if the name is invalid, or two tools have the same name
     */
    public Agent build() {
        if (!name.matches("[A-Za-z0-9_.-]{1,100}")) {
            throw new LlmException(
                    Kind.CONFIGURATION, "An agent's name must be 1 to 100 letters, digits, '_', '-' or '.'.");
        }
        AgentSettings settings = new AgentSettings(
                name,
                owner,
                description,
                llm,
                backend,
                model,
                system,
                temperature,
                maxTokens,
                eachRequest,
                List.copyOf(tools),
                List.copyOf(agents),
                approval,
                toolFailures,
                limits,
                conversations,
                memories,
                memoryRequired,
                namespace,
                memoryTools,
                executor == null ? AgentThreadPool.shared() : executor,
                timer,
                newSessionId,
                List.copyOf(listeners),
                binding);
        SessionKey.checkAgent(settings.actor(""));
        // Reports mistakes now instead of in the first run.
        var unused = settings.toolbox("", new MemoryFailures(false, null));
        return new Agent(settings);
    }
}
