package dev.postern.agent;

import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Makes agents of specs. Immutable. */
final class AgentAssembly {
    private final LlmProvider llm;
    private final Map<String, Tool> tools;
    private final String defaultModel;
    private final AgentLimits limits;
    private final boolean memoryRequired;
    private final ToolApproval approval;
    private final ToolFailureText toolFailures;
    private final @Nullable Executor executor;
    private final ConversationMemory conversations;
    private final MemoryStore memories;
    private final BiFunction<String, String, Optional<AgentSpec>> find;

    /**
     * What a builder says.
     *
     * @param find looks a name up for a caller
     */
    AgentAssembly(
            AgentsBuilder builder,
            ConversationMemory conversations,
            MemoryStore memories,
            BiFunction<String, String, Optional<AgentSpec>> find) {
        llm = builder.llm;
        tools = new LinkedHashMap<>(builder.tools);
        defaultModel = builder.defaultModel;
        limits = builder.limits;
        memoryRequired = builder.memoryRequired;
        approval = builder.approval;
        toolFailures = builder.toolFailures;
        executor = builder.executor;
        this.conversations = conversations;
        this.memories = memories;
        this.find = find;
    }

    /** The agent of a spec, which asks this backend unless the spec names one. */
    Agent agent(AgentSpec spec, String backend) {
        String override = spec.providerOverrides().getOrDefault(AgentSpec.LLM, "");
        AgentBuilder agent = Agent.builder(llm)
                .name(spec.name())
                .owner(spec.owner())
                .description(spec.description())
                .backend(override.isEmpty() ? backend : override)
                .model(spec.model().isEmpty() ? defaultModel : spec.model())
                .system(spec.systemPrompt())
                .temperature(spec.temperature().isPresent() ? spec.temperature().getAsDouble() : null)
                .maxTokens(spec.maxTokens().isPresent() ? spec.maxTokens().getAsInt() : null)
                .limits(bounds(spec))
                .approval(approval)
                .memoryRequired(memoryRequired)
                .toolFailures(toolFailures)
                .tools(applicationTools(spec));
        others(spec, backend).forEach(agent::agent);
        if (spec.autoMemory()) {
            agent.conversations(conversations);
        }
        spec.primitive(AgentSpec.MEMORY)
                .ifPresent(use -> agent.memories(
                                memories, use.namespace().isEmpty() ? AgentBuilder.DEFAULT_NAMESPACE : use.namespace())
                        .memoryTools(use::allows));
        if (executor != null) {
            agent.executor(executor);
        }
        return agent.build();
    }

    private AgentLimits bounds(AgentSpec spec) {
        AgentLimits bounds = limits.withMaxTurns(spec.maxTurns());
        return spec.maxRepeatedCalls().isPresent()
                ? bounds.withMaxRepeatedCalls(spec.maxRepeatedCalls().getAsInt())
                : bounds;
    }

    private List<Tool> applicationTools(AgentSpec spec) {
        return spec.primitive(AgentSpec.TOOLS)
                .map(use -> tools.values().stream()
                        .filter(tool -> use.allows(tool.name()))
                        .toList())
                .orElse(List.of());
    }

    /** Those that exist now are offered; what one of them is then is looked up when it is asked. */
    private List<SubAgent> others(AgentSpec spec, String backend) {
        Map<String, SubAgent> others = new LinkedHashMap<>();
        for (String name :
                spec.primitive(AgentSpec.AGENTS).flatMap(AgentPrimitive::tools).orElse(List.of())) {
            find.apply(name, spec.owner()).ifPresent(found -> {
                SubAgent other = new SubAgent(
                        name,
                        found.description(),
                        () -> find.apply(name, spec.owner()).map(now -> agent(now, backend)));
                others.putIfAbsent(other.toolName(), other);
            });
        }
        return List.copyOf(others.values());
    }

    /** What the agent of a spec can call. */
    List<Agents.AgentTool> tools(AgentSpec spec) {
        List<Agents.AgentTool> all = new ArrayList<>();
        applicationTools(spec).forEach(tool -> all.add(new Agents.AgentTool(AgentSpec.TOOLS, tool.definition())));
        spec.primitive(AgentSpec.MEMORY)
                .ifPresent(use -> MemoryTools.definitions().stream()
                        .filter(tool -> use.allows(tool.name()))
                        .forEach(tool -> all.add(new Agents.AgentTool(AgentSpec.MEMORY, tool))));
        others(spec, "").forEach(other -> all.add(new Agents.AgentTool(AgentSpec.AGENTS, other.definition())));
        return all;
    }

    /** All tools that there are, by primitive; agents have none but themselves. */
    Map<String, List<ToolDefinition>> catalog() {
        Map<String, List<ToolDefinition>> catalog = new LinkedHashMap<>();
        catalog.put(AgentSpec.MEMORY, MemoryTools.definitions());
        catalog.put(
                AgentSpec.TOOLS, tools.values().stream().map(Tool::definition).toList());
        catalog.put(AgentSpec.AGENTS, List.of());
        return catalog;
    }

    /**
     * Refuses a spec that names a tool which does not exist. Agents that it names may come to exist later.
     *
     * @throws dev.postern.LlmException of kind INVALID_REQUEST with the path of the name
     */
    void check(AgentSpec spec) {
        check(spec, AgentSpec.MEMORY, Set.copyOf(MemoryTools.NAMES));
        check(spec, AgentSpec.TOOLS, tools.keySet());
    }

    private static void check(AgentSpec spec, String primitive, Set<String> known) {
        List<String> names =
                spec.primitive(primitive).flatMap(AgentPrimitive::tools).orElse(List.of());
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i)) && !AgentsBuilder.PYTHON_TOOLS.contains(names.get(i))) {
                throw Names.refused(
                        "primitives." + primitive + ".tools[" + i + "]",
                        "names no tool that there is" + (known.isEmpty() ? "" : "; known are " + sorted(known)));
            }
        }
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
