package dev.postern.agent;

import dev.postern.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of an agent, from a file or over HTTP, without the provider that it asks. {@link Agents} creates an
 * {@link Agent} from it. Immutable.
 *
 * <pre>{@code
 * AgentSpec spec = AgentSpec.builder("helper")
 *         .systemPrompt("You are a helpful assistant.")
 *         .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
 *         .build();
 * }</pre>
 *
 * <p>A primitive is a group of tools that the agent may use: {@value #MEMORY} is the five memory tools, {@value
 * #AGENTS} the other agents that are named as tools, {@value #TOOLS} the tools of {@link AgentsBuilder#tool}. Other
 * primitives of the Python Agentic Primitives Gateway, and {@link #extra()}, are kept but have no effect here.
 */
public final class AgentSpec {
    /** The primitive of the memory tools. */
    public static final String MEMORY = "memory";
    /** The primitive of other agents. */
    public static final String AGENTS = "agents";
    /** The primitive of the application's tools. */
    public static final String TOOLS = "tools";
    /** The key of {@link #providerOverrides()} that names the backend to ask. */
    public static final String LLM = "llm";
    /** The owner of agents that have no other owner. */
    public static final String SYSTEM = "system";

    private final String name;
    private final String owner;
    private final String description;
    private final String model;
    private final String systemPrompt;
    private final Map<String, AgentPrimitive> primitives;
    private final boolean autoMemory;
    private final boolean autoTrace;
    private final Map<String, String> providerOverrides;
    private final int maxTurns;
    private final @Nullable Integer maxRepeatedCalls;
    private final @Nullable Double temperature;
    private final @Nullable Integer maxTokens;
    private final Map<String, @Nullable Object> extra;

    AgentSpec(AgentSpecBuilder builder) {
        name = builder.name;
        owner = builder.owner;
        description = builder.description;
        model = builder.model;
        systemPrompt = builder.systemPrompt;
        primitives = copy(builder.primitives);
        autoMemory = builder.autoMemory;
        autoTrace = builder.autoTrace;
        providerOverrides = copy(builder.providerOverrides);
        maxTurns = builder.maxTurns;
        maxRepeatedCalls = builder.maxRepeatedCalls;
        temperature = builder.temperature;
        maxTokens = builder.maxTokens;
        extra = copy(builder.extra);
    }

    private static <V extends @Nullable Object> Map<String, V> copy(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Returns a builder with the defaults. */
    public static AgentSpecBuilder builder(String name) {
        return new AgentSpecBuilder(name);
    }

    /** Returns a builder with the values of this spec. */
    public AgentSpecBuilder toBuilder() {
        return new AgentSpecBuilder(this);
    }

    /** Returns the name: at most 100 letters, digits, {@code _}, {@code -} and {@code .}; unique for its owner. */
    public String name() {
        return name;
    }

    /** Returns the owner; default {@value #SYSTEM}. */
    public String owner() {
        return owner;
    }

    /** Returns {@code OWNER:NAME}, which is unique. It is the agent in the keys of sessions without a user. */
    public String id() {
        return owner + ":" + name;
    }

    /** Returns what the agent can do, for other agents; may be empty. */
    public String description() {
        return description;
    }

    /** Returns the model to ask; empty for the default. */
    public String model() {
        return model;
    }

    /** Returns the system prompt; default {@code You are a helpful assistant.} */
    public String systemPrompt() {
        return systemPrompt;
    }

    /** Returns the primitives by name. */
    public Map<String, AgentPrimitive> primitives() {
        return primitives;
    }

    /** Returns the primitive with this name, if the agent has it and it is enabled. */
    public Optional<AgentPrimitive> primitive(String primitive) {
        return Optional.ofNullable(primitives.get(primitive)).filter(AgentPrimitive::enabled);
    }

    /** Returns whether conversations are stored; default true. */
    public boolean autoMemory() {
        return autoMemory;
    }

    /** Returns whether a gateway that traces runs traces those of this agent; default true. Kept, but has no effect here. */
    public boolean autoTrace() {
        return autoTrace;
    }

    /**
     * Returns the overrides. The value of {@code llm} is the backend that the agent asks instead of the caller's
     * choice; other keys have no effect here.
     */
    public Map<String, String> providerOverrides() {
        return providerOverrides;
    }

    /** Returns how many times the model is asked in one run at most; default 20. */
    public int maxTurns() {
        return maxTurns;
    }

    /**
     * Returns how many turns in a row with the same call and the same result end the run; 0 for no limit; empty for the
     * default.
     */
    public OptionalInt maxRepeatedCalls() {
        return maxRepeatedCalls == null ? OptionalInt.empty() : OptionalInt.of(maxRepeatedCalls);
    }

    /** Returns the temperature that is sent with each request; default 1.0; empty to send none. */
    public OptionalDouble temperature() {
        return temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature);
    }

    /** Returns the longest answer of one turn, in tokens; empty for the model's default. */
    public OptionalInt maxTokens() {
        return maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens);
    }

    /**
     * Returns settings that only other gateways use, such as {@code shared_with} and {@code checkpointing_enabled};
     * JSON values.
     */
    public Map<String, @Nullable Object> extra() {
        return extra;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AgentSpec spec && Objects.equals(json(), spec.json()); // ignores the order of the keys
    }

    private @Nullable Object json() {
        return Json.parse(AgentSpecWriter.write(this));
    }

    @Override
    public int hashCode() {
        return id().hashCode();
    }

    /** Shows owner and name only; prompts are long and may be private. */
    @Override
    public String toString() {
        return "AgentSpec[" + id() + "]";
    }
}
