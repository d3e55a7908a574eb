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
 * An agent as it is declared, in a file or over HTTP: what it is, and not yet whom it asks. {@link Agents} makes an {@link
 * Agent} of it. Immutable.
 *
 * <pre>{@code
 * AgentSpec spec = AgentSpec.builder("helper")
 *         .systemPrompt("You are a helpful assistant.")
 *         .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
 *         .build();
 * }</pre>
 *
 * <p>A primitive is something that the agent may use. {@value #MEMORY} gives it the five tools for its memories, {@value
 * #AGENTS} those other agents that are named as its tools, {@value #TOOLS} the tools that the {@link Agents} were given. The
 * Python Agentic Primitives Gateway has more; they are kept and mean nothing here, as does what is {@link #extra()}.
 */
public final class AgentSpec {
    /** The primitive of memories. */
    public static final String MEMORY = "memory";
    /** The primitive of other agents. */
    public static final String AGENTS = "agents";
    /** The primitive of tools that the application has. */
    public static final String TOOLS = "tools";
    /** The key of {@link #providerOverrides()} that names the backend to ask. */
    public static final String LLM = "llm";
    /** The owner of agents that belong to nobody. */
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

    /** Starts a spec with the defaults. */
    public static AgentSpecBuilder builder(String name) {
        return new AgentSpecBuilder(name);
    }

    /** Starts a spec with what this one says. */
    public AgentSpecBuilder toBuilder() {
        return new AgentSpecBuilder(this);
    }

    /** Its name: letters, digits, {@code _}, {@code -} and {@code .}, 100 at most; unique for its owner. */
    public String name() {
        return name;
    }

    /** Whose agent it is; default {@value #SYSTEM}. */
    public String owner() {
        return owner;
    }

    /** {@code OWNER:NAME}, which no other agent has. Also the actor of its sessions, where no user is named. */
    public String id() {
        return owner + ":" + name;
    }

    /** What it is good for; may be empty. */
    public String description() {
        return description;
    }

    /** The model to ask; empty for the default. */
    public String model() {
        return model;
    }

    /** What the model is told before all else; default {@code You are a helpful assistant.} */
    public String systemPrompt() {
        return systemPrompt;
    }

    /** What it may use, by name. */
    public Map<String, AgentPrimitive> primitives() {
        return primitives;
    }

    /** The primitive of this name, if the agent has it and it is enabled. */
    public Optional<AgentPrimitive> primitive(String primitive) {
        return Optional.ofNullable(primitives.get(primitive)).filter(AgentPrimitive::enabled);
    }

    /** Whether conversations are kept; default true. */
    public boolean autoMemory() {
        return autoMemory;
    }

    /** Whether the Python gateway would trace its runs; default true; means nothing here. */
    public boolean autoTrace() {
        return autoTrace;
    }

    /** The backend that it asks whatever the caller says, as {@code llm}; what else is in it means nothing here. */
    public Map<String, String> providerOverrides() {
        return providerOverrides;
    }

    /** How many times the model is asked in one run, at most; default 20. */
    public int maxTurns() {
        return maxTurns;
    }

    /** In how many turns in a row the same call may give the same result, 0 for any number; empty for the default. */
    public OptionalInt maxRepeatedCalls() {
        return maxRepeatedCalls == null ? OptionalInt.empty() : OptionalInt.of(maxRepeatedCalls);
    }

    /** Sent with each request; default 1.0; empty to send none. */
    public OptionalDouble temperature() {
        return temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature);
    }

    /** The longest answer of one turn, in tokens; default the model's. */
    public OptionalInt maxTokens() {
        return maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens);
    }

    /** What others know of it, such as {@code shared_with} and {@code checkpointing_enabled}; JSON values. */
    public Map<String, @Nullable Object> extra() {
        return extra;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AgentSpec spec && Objects.equals(json(), spec.json()); // in any order of the keys
    }

    private @Nullable Object json() {
        return Json.parse(AgentSpecWriter.write(this));
    }

    @Override
    public int hashCode() {
        return id().hashCode();
    }

    /** Its owner and name; prompts are long and may be private. */
    @Override
    public String toString() {
        return "AgentSpec[" + id() + "]";
    }
}
