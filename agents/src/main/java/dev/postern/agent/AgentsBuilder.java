package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation.ContextBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds {@link Agents}. Not thread-safe. */
public final class AgentsBuilder {
    final LlmProvider llm;
    final List<AgentSpec> specs = new ArrayList<>();
    final Map<String, Tool> tools = new LinkedHashMap<>();
    final Set<String> ignoredTools = new LinkedHashSet<>();
    String defaultModel = "";
    AgentLimits limits = AgentLimits.defaults();
    boolean memoryRequired;
    ToolApproval approval = ToolApproval.ALL;
    ToolFailureText toolFailures = ToolFailureText.CLASS_ONLY;
    final List<Watching> listeners = new ArrayList<>();

    @Nullable
    ContextBinding binding;

    @Nullable
    Executor executor;

    private @Nullable ConversationMemory conversations;
    private @Nullable MemoryStore memories;
    private @Nullable AgentSpecStore store;

    AgentsBuilder(LlmProvider llm) {
        this.llm = Objects.requireNonNull(llm, "llm");
    }

    /** Declares an agent. */
    public AgentsBuilder spec(AgentSpec spec) {
        specs.add(Objects.requireNonNull(spec, "spec"));
        return this;
    }

    /**
     * Adds a tool that specs may name, in their primitive {@value AgentSpec#TOOLS}.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if there is a tool with this name
     */
    public AgentsBuilder tool(Tool tool) {
        if (MemoryTools.NAMES.contains(tool.name()) || tools.putIfAbsent(tool.name(), tool) != null) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "There is a tool named '" + tool.name() + "' already; rename this one.");
        }
        return this;
    }

    /**
     * Adds names that specs may list as tools although there are no such tools, for example the tools of another gateway.
     * They have no effect. Default none.
     */
    public AgentsBuilder ignoredTools(Set<String> names) {
        ignoredTools.addAll(names);
        return this;
    }

    /** Sets the model of specs that name none; default the backend's. */
    public AgentsBuilder defaultModel(String model) {
        defaultModel = Objects.requireNonNull(model, "model");
        return this;
    }

    /**
     * Sets what the model is told when a tool, a hook or another agent fails; default {@link
     * ToolFailureText#CLASS_ONLY}.
     */
    public AgentsBuilder toolFailures(ToolFailureText text) {
        toolFailures = Objects.requireNonNull(text, "text");
        return this;
    }

    /** Sets the limits of each run. A spec always sets {@code maxTurns} and may set {@code maxRepeatedCalls}. */
    public AgentsBuilder limits(AgentLimits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    /** Changes the limits that were set before, or the defaults. */
    public AgentsBuilder limits(UnaryOperator<AgentLimits> change) {
        return limits(change.apply(limits));
    }

    /** Sets the hook that approves or refuses each tool call; default {@link ToolApproval#ALL}. */
    public AgentsBuilder approval(ToolApproval hook) {
        approval = Objects.requireNonNull(hook, "approval");
        return this;
    }

    /**
     * Sets the executor on which tools and memories may block. The caller shuts it down. Default 64 daemon threads that
     * all agents share.
     */
    public AgentsBuilder executor(Executor taskExecutor) {
        executor = Objects.requireNonNull(taskExecutor, "executor");
        return this;
    }

    /** Adds a listener, which sees the runs of all agents of this registry. Default none. */
    public AgentsBuilder listener(RunListener listener) {
        Watching.add(Objects.requireNonNull(listener, "listener"), listeners);
        return this;
    }

    /** Adds a binding of contexts to the threads of tools, approvals and memories; see {@link AgentBuilder#binding}. */
    public AgentsBuilder binding(ContextBinding threads) {
        Objects.requireNonNull(threads, "threads");
        binding = binding == null ? threads : binding.then(threads);
        return this;
    }

    /** Sets the store of conversations; default {@link InMemoryConversations}. */
    public AgentsBuilder conversations(ConversationMemory memory) {
        conversations = Objects.requireNonNull(memory, "memory");
        return this;
    }

    /** Sets the store of memories; default {@link InMemoryMemoryStore}. */
    public AgentsBuilder memories(MemoryStore memoryStore) {
        memories = Objects.requireNonNull(memoryStore, "memories");
        return this;
    }

    /** Sets whether a run fails if its memory fails; default false. See {@link AgentBuilder#memoryRequired}. */
    public AgentsBuilder memoryRequired(boolean required) {
        memoryRequired = required;
        return this;
    }

    /** Sets the store of agents that are created at run time; default {@link InMemoryAgentSpecStore}. */
    public AgentsBuilder store(AgentSpecStore agentStore) {
        store = Objects.requireNonNull(agentStore, "store");
        return this;
    }

    /** Returns the names of the tools that a spec may name in a primitive; empty for a primitive without tools here. */
    public Set<String> toolNames(String primitive) {
        return switch (primitive) {
            case AgentSpec.MEMORY -> new LinkedHashSet<>(MemoryTools.NAMES);
            case AgentSpec.TOOLS -> new LinkedHashSet<>(tools.keySet());
            default -> Set.of();
        };
    }

    /** Returns the names that {@link #ignoredTools(Set)} added. */
    public Set<String> ignoredTools() {
        return Set.copyOf(ignoredTools);
    }

    /**
     * Builds the registry.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if two specs have the same owner and name;
     *     of kind {@link LlmException.Kind#INVALID_REQUEST} if a spec names an unknown tool
     */
    public Agents build() {
        return new Agents(
                this,
                store == null ? InMemoryAgentSpecStore.create() : store,
                conversations == null ? InMemoryConversations.create() : conversations,
                memories == null ? InMemoryMemoryStore.create() : memories);
    }
}
