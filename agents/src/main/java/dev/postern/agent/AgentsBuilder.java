package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
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

/** Collects what {@link Agents} are made of. Not thread-safe. */
public final class AgentsBuilder {
    /** Tools of the Python gateway that its specs may name in the primitive {@value AgentSpec#TOOLS}; nobody has them here. */
    public static final Set<String> PYTHON_TOOLS = Set.of("search_tools", "invoke_tool");

    final LlmProvider llm;
    final List<AgentSpec> specs = new ArrayList<>();
    final Map<String, Tool> tools = new LinkedHashMap<>();
    String defaultModel = "";
    AgentLimits limits = AgentLimits.defaults();
    boolean memoryRequired;
    ToolApproval approval = ToolApproval.ALL;
    ToolFailureText toolFailures = ToolFailureText.CLASS_ONLY;

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
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if its name is taken
     */
    public AgentsBuilder tool(Tool tool) {
        if (MemoryTools.NAMES.contains(tool.name()) || tools.putIfAbsent(tool.name(), tool) != null) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "There is a tool named '" + tool.name() + "' already; rename this one.");
        }
        return this;
    }

    /** The model of specs that name none; default the backend's. */
    public AgentsBuilder defaultModel(String model) {
        defaultModel = Objects.requireNonNull(model, "model");
        return this;
    }

    /** What the model is told when a tool, a hook or an agent that was asked fails; default {@link ToolFailureText#CLASS_ONLY}. */
    public AgentsBuilder toolFailures(ToolFailureText text) {
        toolFailures = Objects.requireNonNull(text, "text");
        return this;
    }

    /** The bounds of each run; a spec says how many turns it may have, and may say how many calls may be the same. */
    public AgentsBuilder limits(AgentLimits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    /** Changes the bounds of each run that were set before, or the defaults. */
    public AgentsBuilder limits(UnaryOperator<AgentLimits> change) {
        return limits(change.apply(limits));
    }

    /** Who decides about each call of a tool; default nobody, all are run. */
    public AgentsBuilder approval(ToolApproval hook) {
        approval = Objects.requireNonNull(hook, "approval");
        return this;
    }

    /** Where tools and memories block; stays yours. Default 64 daemon threads that all agents share. */
    public AgentsBuilder executor(Executor yours) {
        executor = Objects.requireNonNull(yours, "executor");
        return this;
    }

    /** Where conversations are kept; default {@link InMemoryConversations}. */
    public AgentsBuilder conversations(ConversationMemory memory) {
        conversations = Objects.requireNonNull(memory, "memory");
        return this;
    }

    /** Where memories are kept; default {@link InMemoryMemoryStore}. */
    public AgentsBuilder memories(MemoryStore where) {
        memories = Objects.requireNonNull(where, "memories");
        return this;
    }

    /** Whether runs fail if memory fails; default false. See {@link AgentBuilder#memoryRequired}. */
    public AgentsBuilder memoryRequired(boolean required) {
        memoryRequired = required;
        return this;
    }

    /** Where agents that are made at run time are kept; default {@link InMemoryAgentSpecStore}. */
    public AgentsBuilder store(AgentSpecStore where) {
        store = Objects.requireNonNull(where, "store");
        return this;
    }

    /** The names of the tools that a spec may name in a primitive; none for one that has no tools here. */
    public Set<String> toolNames(String primitive) {
        return switch (primitive) {
            case AgentSpec.MEMORY -> new LinkedHashSet<>(MemoryTools.NAMES);
            case AgentSpec.TOOLS -> new LinkedHashSet<>(tools.keySet());
            default -> Set.of();
        };
    }

    /**
     * The registry.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if two specs have one owner and name; of kind
     *     {@link LlmException.Kind#INVALID_REQUEST} if one names a tool that does not exist
     */
    public Agents build() {
        return new Agents(
                this,
                store == null ? InMemoryAgentSpecStore.create() : store,
                conversations == null ? InMemoryConversations.create() : conversations,
                memories == null ? InMemoryMemoryStore.create() : memories);
    }
}
