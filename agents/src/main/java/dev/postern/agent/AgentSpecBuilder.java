package dev.postern.agent;

import dev.postern.LlmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds an {@link AgentSpec}. Not thread-safe. */
public final class AgentSpecBuilder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
    private static final int LONGEST_OWNER = 100;
    private static final int LONGEST_TEXT = 1_000_000;

    final String name;
    String owner = AgentSpec.SYSTEM;
    String description = "";
    String model = "";
    String systemPrompt = "You are a helpful assistant.";
    final Map<String, AgentPrimitive> primitives = new LinkedHashMap<>();
    boolean autoMemory = true;
    boolean autoTrace = true;
    Map<String, String> providerOverrides = Map.of();
    int maxTurns = AgentLimits.defaults().maxTurns();

    @Nullable
    Integer maxRepeatedCalls;

    @Nullable
    Double temperature = 1.0;

    @Nullable
    Integer maxTokens;

    final Map<String, @Nullable Object> extra = new LinkedHashMap<>();

    AgentSpecBuilder(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    AgentSpecBuilder(AgentSpec spec) {
        name = spec.name();
        owner = spec.owner();
        description = spec.description();
        model = spec.model();
        systemPrompt = spec.systemPrompt();
        primitives.putAll(spec.primitives());
        autoMemory = spec.autoMemory();
        autoTrace = spec.autoTrace();
        providerOverrides = spec.providerOverrides();
        maxTurns = spec.maxTurns();
        maxRepeatedCalls =
                spec.maxRepeatedCalls().isPresent() ? spec.maxRepeatedCalls().getAsInt() : null;
        temperature = spec.temperature().isPresent() ? spec.temperature().getAsDouble() : null;
        maxTokens = spec.maxTokens().isPresent() ? spec.maxTokens().getAsInt() : null;
        extra.putAll(spec.extra());
    }

    /** See {@link AgentSpec#owner()}. */
    public AgentSpecBuilder owner(String ownerName) {
        owner = Objects.requireNonNull(ownerName, "owner");
        return this;
    }

    /** See {@link AgentSpec#description()}. */
    public AgentSpecBuilder description(String text) {
        description = Objects.requireNonNull(text, "description");
        return this;
    }

    /** See {@link AgentSpec#model()}. */
    public AgentSpecBuilder model(String modelName) {
        model = Objects.requireNonNull(modelName, "model");
        return this;
    }

    /** See {@link AgentSpec#systemPrompt()}. */
    public AgentSpecBuilder systemPrompt(String text) {
        systemPrompt = Objects.requireNonNull(text, "systemPrompt");
        return this;
    }

    /** Sets one primitive. */
    public AgentSpecBuilder primitive(String name, AgentPrimitive primitive) {
        primitives.put(name, Objects.requireNonNull(primitive, "primitive"));
        return this;
    }

    /** Replaces all primitives. */
    public AgentSpecBuilder primitives(Map<String, AgentPrimitive> all) {
        primitives.clear();
        primitives.putAll(all);
        return this;
    }

    /** See {@link AgentSpec#autoMemory()}. */
    public AgentSpecBuilder autoMemory(boolean keep) {
        autoMemory = keep;
        return this;
    }

    /** See {@link AgentSpec#autoTrace()}. */
    public AgentSpecBuilder autoTrace(boolean trace) {
        autoTrace = trace;
        return this;
    }

    /** See {@link AgentSpec#providerOverrides()}. */
    public AgentSpecBuilder providerOverrides(Map<String, String> overrides) {
        providerOverrides = overrides;
        return this;
    }

    /** Sets the backend that the agent asks instead of the caller's choice. */
    public AgentSpecBuilder backend(String backend) {
        Map<String, String> changed = new LinkedHashMap<>(providerOverrides);
        changed.put(AgentSpec.LLM, Objects.requireNonNull(backend, "backend"));
        return providerOverrides(changed);
    }

    /** See {@link AgentSpec#maxTurns()}. */
    public AgentSpecBuilder maxTurns(int turns) {
        maxTurns = turns;
        return this;
    }

    /** See {@link AgentSpec#maxRepeatedCalls()}; null for the default. */
    public AgentSpecBuilder maxRepeatedCalls(@Nullable Integer turns) {
        maxRepeatedCalls = turns;
        return this;
    }

    /** See {@link AgentSpec#temperature()}; null for the model's. */
    public AgentSpecBuilder temperature(@Nullable Double value) {
        temperature = value;
        return this;
    }

    /** See {@link AgentSpec#temperature()}. */
    public AgentSpecBuilder temperature(double value) {
        return temperature(Double.valueOf(value));
    }

    /** See {@link AgentSpec#maxTokens()}. */
    public AgentSpecBuilder maxTokens(@Nullable Integer count) {
        maxTokens = count;
        return this;
    }

    /** Sets one entry of {@link AgentSpec#extra()}. */
    public AgentSpecBuilder extra(String key, @Nullable Object value) {
        extra.put(key, value);
        return this;
    }

    /**
     * Builds the spec.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} with the name of the field whose value is
     *     invalid
     */
    public AgentSpec build() {
        if (!NAME.matcher(name).matches()) {
            throw Validation.refused("name", "must be 1 to 100 letters, digits, '_', '-' or '.'");
        }
        Validation.check("owner_id", owner);
        if (owner.length() > LONGEST_OWNER) {
            throw Validation.refused("owner_id", "must have at most " + LONGEST_OWNER + " characters");
        }
        Validation.checkText("description", description, LONGEST_TEXT);
        Validation.checkText("model", model, Validation.LONGEST);
        Validation.checkText("system_prompt", systemPrompt, LONGEST_TEXT);
        if (maxTurns < 1) {
            throw Validation.refused("max_turns", "must be at least 1, but is " + maxTurns);
        }
        if (maxRepeatedCalls != null && (maxRepeatedCalls < 0 || maxRepeatedCalls == 1)) {
            throw Validation.refused("max_repeated_calls", "must be 0 or at least 2, but is " + maxRepeatedCalls);
        }
        if (temperature != null && !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw Validation.refused("temperature", "must not be negative");
        }
        if (maxTokens != null && maxTokens < 1) {
            throw Validation.refused("max_tokens", "must be at least 1, but is " + maxTokens);
        }
        return new AgentSpec(this);
    }
}
