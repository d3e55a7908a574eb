package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecBuilder;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentsBuilder;
import dev.postern.config.names.Suggestion;
import dev.postern.config.python.PythonGatewayFiles;
import dev.postern.spi.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code agents}, once. */
final class AgentsSection {
    /** The primitives that this gateway has. */
    private static final Set<String> PRIMITIVES = Set.of(AgentSpec.MEMORY, AgentSpec.AGENTS, AgentSpec.TOOLS);

    private static final int MAX_TURNS = 20;
    private static final Logger LOG = System.getLogger("dev.postern.config");

    private final Settings agents;
    private final List<String> backends;
    private final Consumer<AgentsBuilder> application;

    /**
     * Creates a reader of the section.
     *
     * @param backends the names of backends and groups
     * @param application adds what the application gives to its agents; it runs before the section is read
     */
    AgentsSection(Settings agents, List<String> backends, Consumer<AgentsBuilder> application) {
        this.agents = agents;
        this.backends = backends;
        this.application = application;
    }

    /** Adds everything except the store. */
    void declare(AgentsBuilder builder) {
        application.accept(builder);
        int maxTurns = agents.integer("max_turns", MAX_TURNS, 1);
        if (agents.has("default_model")) {
            builder.defaultModel(agents.text("default_model", ""));
        }
        Settings limits = agents.section("limits");
        builder.limits(bounds -> AgentLimitsSection.read(limits, bounds));
        if (agents.has("memory_required")) {
            builder.memoryRequired(agents.bool("memory_required", false));
        }
        PythonGatewayFiles.acceptAgents(agents);
        builder.ignoredTools(PythonGatewayFiles.TOOLS);
        AgentStores.acceptKeys(agents);
        Settings specs = agents.section("specs");
        for (String name : specs.keys()) {
            AgentSpecBuilder spec = named(specs, name).maxTurns(maxTurns);
            builder.spec(read(specs.section(name), spec, builder, specs.keys()));
        }
        agents.refuseUnknown();
    }

    /**
     * Opens the store for agents that are created at run time; empty if the file names none.
     *
     * @param classLoader finds the factories of stores; null for that of the thread, then that of this class
     */
    Optional<AgentSpecStore> store(@Nullable ClassLoader classLoader) {
        return AgentStores.open(agents, classLoader);
    }

    /** Opens the conversations and memories that the file declares, in place of those of the application. */
    void openMemory(AgentsBuilder builder, @Nullable ClassLoader classLoader) {
        AgentStores.conversations(agents, classLoader).ifPresent(builder::conversations);
        AgentStores.memories(agents, classLoader).ifPresent(builder::memories);
    }

    private static AgentSpecBuilder named(Settings specs, String name) {
        try {
            AgentSpecBuilder builder = AgentSpec.builder(name);
            builder.build();
            return builder;
        } catch (LlmException e) {
            throw specs.error(name, "is not a valid name of an agent; use 1 to 100 letters, digits, '_', '-' or '.'");
        }
    }

    private AgentSpec read(Settings spec, AgentSpecBuilder builder, AgentsBuilder all, Set<String> declared) {
        Settings hooks = spec.section("hooks");
        builder.description(spec.text("description", ""))
                .model(spec.text("model", ""))
                .primitives(primitives(spec.section("primitives"), all, declared))
                .autoMemory(hooks.bool("auto_memory", true))
                .providerOverrides(overrides(spec.section("provider_overrides"), spec))
                .owner(spec.text("owner_id", AgentSpec.SYSTEM));
        if (spec.has("system_prompt")) {
            builder.systemPrompt(spec.text("system_prompt", ""));
        }
        if (spec.has("max_turns")) {
            builder.maxTurns(spec.integer("max_turns", MAX_TURNS, 1));
        }
        if (spec.has("max_repeated_calls")) {
            builder.maxRepeatedCalls(AgentLimitsSection.repeatedCalls(spec));
        }
        if (spec.has("temperature")) {
            builder.temperature(spec.number("temperature", 1));
        } else if (spec.keys().contains("temperature")) {
            builder.temperature(null); // the key is there, and its value is null
        }
        if (spec.has("max_tokens")) {
            builder.maxTokens(spec.integer("max_tokens", 1, 1));
        }
        PythonGatewayFiles.keepFields(spec, builder);
        return built(spec, builder);
    }

    private static AgentSpec built(Settings spec, AgentSpecBuilder builder) {
        try {
            return builder.build();
        } catch (LlmException e) {
            String message = String.valueOf(e.getMessage());
            int colon = message.indexOf(": ");
            throw colon < 0
                    ? spec.error("", message)
                    : spec.error(message.substring(0, colon), message.substring(colon + 2));
        }
    }

    private Map<String, String> overrides(Settings overrides, Settings spec) {
        overrides.oneOf(AgentSpec.LLM, backends, "");
        return spec.textMap("provider_overrides");
    }

    private static Map<String, AgentPrimitive> primitives(
            Settings primitives, AgentsBuilder all, Set<String> declared) {
        Map<String, AgentPrimitive> map = new LinkedHashMap<>();
        for (String name : primitives.keys()) {
            if (!PRIMITIVES.contains(name)) {
                Suggestion.nearest(name, PRIMITIVES).ifPresent(meant -> {
                    throw primitives.error(name, "is not a known primitive. Did you mean '" + meant + "'?");
                });
                LOG.log(Level.INFO, primitives.path() + "." + name + ": is not used by this gateway; skipped");
            }
            map.put(name, primitive(name, primitives.section(name), all, declared));
        }
        return map;
    }

    private static AgentPrimitive primitive(String name, Settings settings, AgentsBuilder all, Set<String> declared) {
        PythonGatewayFiles.acceptPrimitive(settings);
        AgentPrimitive primitive = AgentPrimitive.ON.withNamespace(settings.text("namespace", ""));
        if (settings.has("tools")) {
            List<String> tools = settings.texts("tools");
            Set<String> known = name.equals(AgentSpec.AGENTS) ? declared : all.toolNames(name);
            for (int i = 0; i < tools.size(); i++) {
                if (!all.ignoredTools().contains(tools.get(i))) {
                    String key = settings.isList("tools") ? "tools[" + i + "]" : "tools";
                    check(settings, key, tools.get(i), name, known);
                }
            }
            primitive = primitive.withTools(tools);
        }
        return settings.bool("enabled", true) ? primitive : primitive.disabled();
    }

    /**
     * Refuses an unknown tool. An unknown agent is refused only if its name is close to that of a declared one, because
     * agents may be created later.
     */
    private static void check(Settings settings, String key, String tool, String primitive, Set<String> known) {
        if (known.contains(tool) || !PRIMITIVES.contains(primitive)) {
            return;
        }
        if (primitive.equals(AgentSpec.MEMORY) || primitive.equals(AgentSpec.TOOLS)) {
            throw settings.error(
                    key,
                    known.isEmpty()
                            ? "names a tool, but the application has no tools; add them with GatewayLoader.agents"
                            : "is not a known tool. " + Suggestion.hint(tool, known));
        }
        Suggestion.nearest(tool, known).ifPresent(meant -> {
            throw settings.error(key, "is not a declared agent. Did you mean '" + meant + "'?");
        });
    }
}
