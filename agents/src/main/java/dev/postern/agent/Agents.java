package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry of agents by name, over one provider, usually a gateway. It contains the agents that are declared, for
 * example in a file, and those that are created at run time.
 *
 * <pre>{@code
 * Agents agents = Agents.builder(gateway)
 *         .tool(Tool.of("get_weather", "The weather in a city, now.", City.class, city -> forecast(city.name())))
 *         .spec(AgentSpec.builder("helper").primitive(AgentSpec.TOOLS, AgentPrimitive.ON).build())
 *         .build();
 *
 * AgentResult result = agents.agent("helper").run("Do I need a coat in Paris?");
 * }</pre>
 *
 * <p><b>Names.</b> {@code NAME} is the agent of the owner {@value AgentSpec#SYSTEM}, {@code OWNER:NAME} that of
 * another owner.
 *
 * <p><b>Changes</b> are kept in an {@link AgentSpecStore} and override the declared specs. A declared agent that is
 * deleted stays deleted until {@link #reload}. Changes have no effect on an {@link Agent} that exists already. The
 * agents that it calls are looked up at each call, so agents can call each other in a cycle, at most three levels deep.
 *
 * <p>Thread-safe. Holds no resources and need not be closed. Invalid names and specs fail with {@link
 * Kind#INVALID_REQUEST}.
 */
public final class Agents {
    /** The {@link LlmException#code()} if {@link #create} is called for an agent that exists. */
    public static final String EXISTS = "agent_exists";

    private final AgentSpecStore store;
    private final ConversationMemory conversations;
    private final MemoryStore memories;
    private volatile Declared declared;

    /**
     * The declared specs, and which of them were deleted.
     *
     * @param specs by id
     * @param hidden the ids of deleted specs
     * @param factory creates agents from specs
     */
    private record Declared(Map<String, AgentSpec> specs, Set<String> hidden, AgentFactory factory) {
        Optional<AgentSpec> find(String id) {
            return hidden.contains(id) ? Optional.empty() : Optional.ofNullable(specs.get(id));
        }
    }

    Agents(AgentsBuilder builder, AgentSpecStore store, ConversationMemory conversations, MemoryStore memories) {
        this.store = store;
        this.conversations = conversations;
        this.memories = memories;
        this.declared = declared(builder);
    }

    /** Returns a builder of a registry whose agents ask this provider. */
    public static AgentsBuilder builder(LlmProvider llm) {
        return new AgentsBuilder(llm);
    }

    /**
     * Replaces all that was declared, with the provider, the tools and the limits. The stores and their content do not
     * change.
     *
     * @throws LlmException if a spec is invalid; then nothing changes
     */
    public void reload(AgentsBuilder next) {
        declared = declared(next);
    }

    private Declared declared(AgentsBuilder builder) {
        AgentFactory factory = new AgentFactory(builder, conversations, memories, this::find);
        Map<String, AgentSpec> specs = new LinkedHashMap<>();
        for (AgentSpec spec : builder.specs) {
            factory.check(spec);
            if (specs.put(spec.id(), spec) != null) {
                throw new LlmException(
                        Kind.CONFIGURATION, "The agent '" + spec.name() + "' is declared twice; rename one.");
            }
        }
        return new Declared(specs, ConcurrentHashMap.newKeySet(), factory);
    }

    /** Returns all specs: the declared ones in their order, then the others by owner and name. */
    public List<AgentSpec> list() {
        Declared now = declared;
        Map<String, AgentSpec> all = new LinkedHashMap<>();
        now.specs().keySet().forEach(id -> now.find(id).ifPresent(spec -> all.put(id, spec)));
        store.list().forEach(spec -> all.put(spec.id(), spec));
        return List.copyOf(all.values());
    }

    /** Returns the spec with this name. */
    public Optional<AgentSpec> find(String name) {
        return find(name, AgentSpec.SYSTEM);
    }

    /** Returns the spec with this name for a caller: the caller's own agent, else that of {@value AgentSpec#SYSTEM}. */
    public Optional<AgentSpec> find(String name, String caller) {
        if (name.indexOf(':') >= 0) {
            return byId(name);
        }
        Optional<AgentSpec> own = byId(caller + ":" + name);
        return own.isPresent() || caller.equals(AgentSpec.SYSTEM) ? own : byId(AgentSpec.SYSTEM + ":" + name);
    }

    private Optional<AgentSpec> byId(String id) {
        return store.find(id).or(() -> declared.find(id));
    }

    /**
     * Returns the spec with this name.
     *
     * @throws LlmException of kind {@link Kind#NOT_FOUND} if there is none
     */
    public AgentSpec get(String name) {
        return find(name).orElseThrow(() -> notFound(name));
    }

    private static LlmException notFound(String name) {
        String shown = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return new LlmException(
                Kind.NOT_FOUND,
                "Agent '" + (shown.length() > Validation.LONGEST ? shown.substring(0, Validation.LONGEST) + "…" : shown)
                        + "' not found");
    }

    /**
     * Adds an agent.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the code {@value #EXISTS} if there is an agent
     *     with this owner and name, or if the spec names an unknown tool
     */
    public void create(AgentSpec spec) {
        declared.factory().check(spec);
        if (declared.find(spec.id()).isPresent() || !store.create(spec)) {
            throw LlmException.builder(Kind.INVALID_REQUEST, "Agent '" + spec.name() + "' already exists")
                    .code(EXISTS)
                    .build();
        }
    }

    /**
     * Replaces the spec of the agent with this owner and name.
     *
     * @throws LlmException of kind {@link Kind#NOT_FOUND} if there is none; of kind {@link Kind#INVALID_REQUEST} if the
     *     spec names an unknown tool
     */
    public void update(AgentSpec spec) {
        declared.factory().check(spec);
        if (store.replace(spec)) {
            return;
        }
        if (declared.find(spec.id()).isEmpty()) {
            throw notFound(spec.name());
        }
        if (!store.create(spec) && !store.replace(spec)) {
            throw notFound(spec.name()); // created and deleted by other threads in between
        }
    }

    /**
     * Deletes an agent. Its conversations and memories stay in their stores, and the next agent with that name has
     * them.
     *
     * @return whether there was one
     */
    public boolean delete(String name) {
        Optional<AgentSpec> spec = find(name);
        if (spec.isEmpty()) {
            return false;
        }
        String id = spec.get().id();
        Declared now = declared;
        boolean hidden = now.specs().containsKey(id) && now.hidden().add(id);
        return store.delete(id) || hidden;
    }

    /**
     * Creates the agent with this name from its current spec.
     *
     * @throws LlmException of kind {@link Kind#NOT_FOUND} if there is none
     */
    public Agent agent(String name) {
        return agent(get(name), "");
    }

    /**
     * Creates the agent of a spec, which need not be in this registry.
     *
     * @param backend the backend of this agent and of the agents that it calls, unless their specs name one; empty for
     *     the provider's default
     */
    public Agent agent(AgentSpec spec, String backend) {
        return declared.factory().agent(spec, backend);
    }

    /** Returns the tools of a spec's agent, in the order in which they are sent to the model. */
    public List<AgentTool> tools(AgentSpec spec) {
        return declared.factory().tools(spec);
    }

    /** Returns all tools that specs can name, by primitive. */
    public Map<String, List<ToolDefinition>> catalog() {
        return declared.factory().catalog();
    }

    /**
     * A tool of an agent.
     *
     * @param primitive the primitive of the spec that the tool belongs to
     * @param definition the definition that the model gets
     */
    public record AgentTool(String primitive, ToolDefinition definition) {}

    /** Returns the namespace of the memories of a spec's agent for a user; an empty name is for no user. */
    public String namespace(AgentSpec spec, String user) {
        return agent(spec, "").settings().namespaceFor(user);
    }

    /**
     * Returns the store of conversations. The agent in the key of a session without a user is {@link AgentSpec#id()}.
     */
    public ConversationMemory conversations() {
        return conversations;
    }

    /** Returns the store of memories. */
    public MemoryStore memories() {
        return memories;
    }

    /** Shows the number of declared agents; those in the store are not counted. */
    @Override
    public String toString() {
        return "Agents[" + declared.specs().size() + " declared]";
    }
}
