package dev.postern.agent;

import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import dev.postern.call.Instrumentation.ContextBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Creates agents from specs. Immutable. */
final class AgentFactory {
    private final LlmProvider llm;
    private final Map<String, Tool> tools;
    private final Set<String> ignoredTools;
    private final String defaultModel;
    private final AgentLimits limits;
    private final boolean memoryRequired;
    private final ToolApproval approval;
    private final ToolFailureText toolFailures;
    private final @Nullable Executor executor;
    private final List<Watching> listeners;
    private final @Nullable ContextBinding binding;
    private final ConversationMemory conversations;
    private final MemoryStore memories;
    private final BiFunction<String, String, Optional<AgentSpec>> find;

    /**
     * Takes the settings of a builder.
     *
     * @param find looks up the spec with a name for a caller
     */
    AgentFactory(
            AgentsBuilder builder,
            ConversationMemory conversations,
            MemoryStore memories,
            BiFunction<String, String, Optional<AgentSpec>> find) {
        llm = builder.llm;
        tools = new LinkedHashMap<>(builder.tools);
        ignoredTools = builder.ignoredTools();
        defaultModel = builder.defaultModel;
        limits = builder.limits;
        memoryRequired = builder.memoryRequired;
        approval = builder.approval;
        toolFailures = builder.toolFailures;
        executor = builder.executor;
        listeners = List.copyOf(builder.listeners);
        binding = builder.binding;
        this.conversations = conversations;
        this.memories = memories;
        this.find = find;
    }

    /** Creates the agent of a spec. It asks this backend, unless the spec names one. */
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
                .limits(limits(spec))
                .approval(approval)
                .memoryRequired(memoryRequired)
                .toolFailures(toolFailures)
                .listeners(listeners)
                .tools(applicationTools(spec));
        subAgents(spec, backend).forEach(agent::agent);
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
        if (binding != null) {
            agent.binding(binding);
        }
        return agent.build();
    }

    private AgentLimits limits(AgentSpec spec) {
        AgentLimits changed = limits.withMaxTurns(spec.maxTurns());
        return spec.maxRepeatedCalls().isPresent()
                ? changed.withMaxRepeatedCalls(spec.maxRepeatedCalls().getAsInt())
                : changed;
    }

    private List<Tool> applicationTools(AgentSpec spec) {
        return spec.primitive(AgentSpec.TOOLS)
                .map(use -> tools.values().stream()
                        .filter(tool -> use.allows(tool.name()))
                        .toList())
                .orElse(List.of());
    }

    /** The model is offered the agents that exist now. The spec of an agent is looked up again when it is called. */
    private List<SubAgent> subAgents(AgentSpec spec, String backend) {
        Map<String, SubAgent> subAgents = new LinkedHashMap<>();
        for (String name :
                spec.primitive(AgentSpec.AGENTS).flatMap(AgentPrimitive::tools).orElse(List.of())) {
            find.apply(name, spec.owner()).ifPresent(found -> {
                SubAgent other = new SubAgent(
                        name,
                        found.description(),
                        () -> find.apply(name, spec.owner()).map(now -> agent(now, backend)));
                subAgents.putIfAbsent(other.toolName(), other);
            });
        }
        return List.copyOf(subAgents.values());
    }

    /** Returns the tools of a spec's agent. */
    List<Agents.AgentTool> tools(AgentSpec spec) {
        List<Agents.AgentTool> all = new ArrayList<>();
        applicationTools(spec).forEach(tool -> all.add(new Agents.AgentTool(AgentSpec.TOOLS, tool.definition())));
        spec.primitive(AgentSpec.MEMORY)
                .ifPresent(use -> MemoryTools.definitions().stream()
                        .filter(tool -> use.allows(tool.name()))
                        .forEach(tool -> all.add(new Agents.AgentTool(AgentSpec.MEMORY, tool))));
        subAgents(spec, "").forEach(other -> all.add(new Agents.AgentTool(AgentSpec.AGENTS, other.definition())));
        return all;
    }

    /** Returns all tools by primitive. The primitive of agents has none, because each agent is a tool itself. */
    Map<String, List<ToolDefinition>> catalog() {
        Map<String, List<ToolDefinition>> catalog = new LinkedHashMap<>();
        catalog.put(AgentSpec.MEMORY, MemoryTools.definitions());
        catalog.put(
                AgentSpec.TOOLS, tools.values().stream().map(Tool::definition).toList());
        catalog.put(AgentSpec.AGENTS, List.of());
        return catalog;
    }

    /**
     * Refuses a spec that names an unknown tool. Unknown agents are allowed, because they can be created later.
     *
     * @throws dev.postern.LlmException of kind INVALID_REQUEST with the path of the tool's name
     */
    void check(AgentSpec spec) {
        check(spec, AgentSpec.MEMORY, Set.copyOf(MemoryTools.NAMES));
        check(spec, AgentSpec.TOOLS, tools.keySet());
    }

    private void check(AgentSpec spec, String primitive, Set<String> known) {
        List<String> names =
                spec.primitive(primitive).flatMap(AgentPrimitive::tools).orElse(List.of());
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i)) && !ignoredTools.contains(names.get(i))) {
                throw Validation.refused(
                        "primitives." + primitive + ".tools[" + i + "]",
                        "is not the name of a tool" + (known.isEmpty() ? "" : "; the tools are " + sorted(known)));
            }
        }
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
