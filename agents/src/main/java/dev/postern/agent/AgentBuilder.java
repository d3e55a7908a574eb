package dev.postern.agent;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
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

/** Collects what an {@link Agent} is made of. Not thread-safe. */
public final class AgentBuilder {
    /** The namespace of an agent's memories, if nothing else is said. */
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
    private final List<Tool> tools = new ArrayList<>();
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
    private Timer timer = Timer.system();
    private Supplier<String> newSessionId =
            () -> UUID.randomUUID().toString().replace("-", "").substring(0, 16);

    AgentBuilder(LlmProvider llm) {
        this.llm = Objects.requireNonNull(llm, "llm");
    }

    /** Names the agent in results, sessions and for other agents; letters, digits, {@code _}, {@code -} and {@code .}. */
    public AgentBuilder name(String agentName) {
        name = Objects.requireNonNull(agentName, "name");
        return this;
    }

    /** Whose agent it is; part of the key of its sessions and memories. Default {@code system}. */
    public AgentBuilder owner(String ownerName) {
        owner = Objects.requireNonNull(ownerName, "owner");
        return this;
    }

    /** Tells other agents what this one is good for. */
    public AgentBuilder description(String text) {
        description = Objects.requireNonNull(text, "description");
        return this;
    }

    /** The backend to ask, where the provider is a gateway to several; default its default. */
    public AgentBuilder backend(String backendName) {
        backend = Objects.requireNonNull(backendName, "backend");
        return this;
    }

    /** The model to ask; default the backend's. */
    public AgentBuilder model(String modelName) {
        model = Objects.requireNonNull(modelName, "model");
        return this;
    }

    /** What the model is told before all else; default nothing. */
    public AgentBuilder system(String prompt) {
        system = Objects.requireNonNull(prompt, "system");
        return this;
    }

    /** See {@link CompletionRequest#temperature()}. */
    public AgentBuilder temperature(@Nullable Double value) {
        temperature = value;
        return this;
    }

    /** The longest answer of one turn, in tokens. */
    public AgentBuilder maxTokens(@Nullable Integer count) {
        maxTokens = count;
        return this;
    }

    /**
     * Changes each request before it goes out: for what has no method here. Called by the thread that sends it. If it sends
     * a request to another backend, the caller's options are those for that backend; see {@link AgentInput#options()}.
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

    /** Adds tools. */
    public AgentBuilder tools(List<Tool> more) {
        tools.addAll(more);
        return this;
    }

    /**
     * Adds another agent that the model may ask, by a tool {@code call_NAME} that takes a message. Agents may ask agents
     * that ask agents, three levels deep.
     */
    public AgentBuilder agent(Agent other) {
        return agent(SubAgent.of(other));
    }

    AgentBuilder agent(SubAgent other) {
        agents.add(other);
        return this;
    }

    /** Who decides about each call of a tool; default nobody, all are run. */
    public AgentBuilder approval(ToolApproval hook) {
        approval = Objects.requireNonNull(hook, "approval");
        return this;
    }

    /** What the model is told when a tool, a hook or an agent that was asked fails; default {@link ToolFailureText#CLASS_ONLY}. */
    public AgentBuilder toolFailures(ToolFailureText text) {
        toolFailures = Objects.requireNonNull(text, "text");
        return this;
    }

    /** The bounds of a run. */
    public AgentBuilder limits(AgentLimits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    /** Where conversations are kept; without it, each run begins anew. May be shared by agents of different names. */
    public AgentBuilder conversations(ConversationMemory memory) {
        conversations = Objects.requireNonNull(memory, "memory");
        return this;
    }

    /** Where the model may keep what it wants to remember, by five tools, below {@value #DEFAULT_NAMESPACE}. */
    public AgentBuilder memories(MemoryStore store) {
        return memories(store, DEFAULT_NAMESPACE);
    }

    /** The same in another namespace, in which <code>{agent_owner}</code> and <code>{agent_name}</code> are filled in. */
    public AgentBuilder memories(MemoryStore store, String namespaceTemplate) {
        memories = Objects.requireNonNull(store, "store");
        namespace = Objects.requireNonNull(namespaceTemplate, "namespace");
        return this;
    }

    /**
     * Whether a run fails if its conversation or its memories cannot be read or stored; default false: then it goes on
     * without them, and {@link AgentResult#memoryFailures()} says so. A run that fails because its turn cannot be stored has
     * its answer in {@link LlmException#transcript()}, and {@link AgentInput#resuming} tries to store it again.
     */
    public AgentBuilder memoryRequired(boolean required) {
        memoryRequired = required;
        return this;
    }

    /** Which of the five tools for memories the model gets, by name; default all. */
    AgentBuilder memoryTools(Predicate<String> allowed) {
        memoryTools = allowed;
        return this;
    }

    /** Where tools and memories block; stays yours. Default 64 daemon threads that all agents share. */
    public AgentBuilder executor(Executor yours) {
        executor = Objects.requireNonNull(yours, "executor");
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
     * The agent.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if its name cannot be one, or two tools have the same name
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
                executor == null ? AgentThreads.shared() : executor,
                timer,
                newSessionId);
        SessionKey.checkAgent(settings.actor(""));
        var unused =
                settings.toolbox("", new MemoryFailures(false, null)); // says what is wrong now, not with the first run
        return new Agent(settings);
    }
}
