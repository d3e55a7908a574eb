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
 * The agents that are known by name, over one provider, which is usually a gateway: those that a file declares, and those
 * that are made at run time.
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
 * <p><b>Names.</b> {@code NAME} is the agent of {@value AgentSpec#SYSTEM}, {@code OWNER:NAME} that of somebody else.
 *
 * <p><b>Changes</b> are kept in an {@link AgentSpecStore}, and win over what is declared. A declared agent that is deleted is
 * gone until the declaration is read again. An {@link Agent} that was made stays as it is; the agents that it asks are
 * looked up when it asks them, so they may ask each other in a circle, three levels deep.
 *
 * <p>Thread-safe. Owns nothing, so there is nothing to close. Names and specs that cannot be are {@link
 * Kind#INVALID_REQUEST}.
 */
public final class Agents {
    /** The {@link LlmException#code()} of {@link #create} for an agent that exists. */
    public static final String EXISTS = "agent_exists";

    private final AgentSpecStore store;
    private final ConversationMemory conversations;
    private final MemoryStore memories;
    private volatile Declared declared;

    /**
     * What a declaration says, and what of it was deleted since.
     *
     * @param specs by id
     * @param hidden the ids of those that were deleted
     * @param assembly makes agents of specs
     */
    private record Declared(Map<String, AgentSpec> specs, Set<String> hidden, AgentAssembly assembly) {
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

    /** Starts a registry without agents, whose agents will ask this provider. */
    public static AgentsBuilder builder(LlmProvider llm) {
        return new AgentsBuilder(llm);
    }

    /**
     * Puts what is declared now in the place of what was, with its provider, tools and limits. The stores, and what is in
     * them, stay as they are.
     *
     * @throws LlmException if it cannot be; then all stays as it was
     */
    public void reload(AgentsBuilder next) {
        declared = declared(next);
    }

    private Declared declared(AgentsBuilder builder) {
        AgentAssembly assembly = new AgentAssembly(builder, conversations, memories, this::find);
        Map<String, AgentSpec> specs = new LinkedHashMap<>();
        for (AgentSpec spec : builder.specs) {
            assembly.check(spec);
            if (specs.put(spec.id(), spec) != null) {
                throw new LlmException(
                        Kind.CONFIGURATION, "The agent '" + spec.name() + "' is declared twice; rename one.");
            }
        }
        return new Declared(specs, ConcurrentHashMap.newKeySet(), assembly);
    }

    /** All specs: those that are declared in their order, then the others by owner and name. */
    public List<AgentSpec> list() {
        Declared now = declared;
        Map<String, AgentSpec> all = new LinkedHashMap<>();
        now.specs().keySet().forEach(id -> now.find(id).ifPresent(spec -> all.put(id, spec)));
        store.list().forEach(spec -> all.put(spec.id(), spec));
        return List.copyOf(all.values());
    }

    /** The spec of this name. */
    public Optional<AgentSpec> find(String name) {
        return find(name, AgentSpec.SYSTEM);
    }

    /** The spec of this name for somebody whose own agents come first; then those of {@value AgentSpec#SYSTEM}. */
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
     * The spec of this name.
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
                "Agent '" + (shown.length() > Names.LONGEST ? shown.substring(0, Names.LONGEST) + "…" : shown)
                        + "' not found");
    }

    /**
     * Adds an agent.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} if there is one of this owner and name, with the code
     *     {@value #EXISTS}, or if the spec names a tool that does not exist
     */
    public void create(AgentSpec spec) {
        declared.assembly().check(spec);
        if (declared.find(spec.id()).isPresent() || !store.create(spec)) {
            throw LlmException.builder(Kind.INVALID_REQUEST, "Agent '" + spec.name() + "' already exists")
                    .code(EXISTS)
                    .build();
        }
    }

    /**
     * Changes the agent of this owner and name.
     *
     * @throws LlmException of kind {@link Kind#NOT_FOUND} if there is none; of {@link Kind#INVALID_REQUEST} if the spec
     *     names a tool that does not exist
     */
    public void update(AgentSpec spec) {
        declared.assembly().check(spec);
        if (store.replace(spec)) {
            return;
        }
        if (declared.find(spec.id()).isEmpty()) {
            throw notFound(spec.name());
        }
        if (!store.create(spec) && !store.replace(spec)) {
            throw notFound(spec.name()); // changed and deleted by others at the same moment
        }
    }

    /**
     * Removes an agent. What it remembers stays, and is there again for the next agent of that name.
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
     * The agent of this name, as its spec says now.
     *
     * @throws LlmException of kind {@link Kind#NOT_FOUND} if there is none
     */
    public Agent agent(String name) {
        return agent(get(name), "");
    }

    /**
     * The agent of a spec, which need not be one of these.
     *
     * @param backend whom it and the agents that it asks ask, if their specs do not say; empty for the provider's default
     */
    public Agent agent(AgentSpec spec, String backend) {
        return declared.assembly().agent(spec, backend);
    }

    /** What the agent of a spec can call, in the order in which its model is told. */
    public List<AgentTool> tools(AgentSpec spec) {
        return declared.assembly().tools(spec);
    }

    /** All tools that specs can name, by primitive. */
    public Map<String, List<ToolDefinition>> catalog() {
        return declared.assembly().catalog();
    }

    /**
     * A tool of an agent.
     *
     * @param primitive to which of the spec's primitives it belongs
     * @param definition what its model is told
     */
    public record AgentTool(String primitive, ToolDefinition definition) {}

    /** Where the memories of a spec's agent are for a user, or for nobody if the name is empty. */
    public String namespace(AgentSpec spec, String user) {
        return agent(spec, "").settings().namespaceFor(user);
    }

    /** Where conversations are kept; of the agent {@link AgentSpec#id()} where no user is named. */
    public ConversationMemory conversations() {
        return conversations;
    }

    /** Where memories are kept. */
    public MemoryStore memories() {
        return memories;
    }

    /** How many are declared; those of the store are not counted. */
    @Override
    public String toString() {
        return "Agents[" + declared.specs().size() + " declared]";
    }
}
