package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools and agents that the model can call in one run, by name. */
final class Toolbox {
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final Map<String, SubAgent> agents = new LinkedHashMap<>();

    /**
     * Takes tools and agents.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if two have the same name
     */
    Toolbox(List<Tool> tools, List<SubAgent> agents) {
        for (Tool tool : tools) {
            checkNew(tool.name());
            this.tools.put(tool.name(), tool);
        }
        for (SubAgent agent : agents) {
            checkNew(agent.toolName());
            this.agents.put(agent.toolName(), agent);
        }
    }

    private void checkNew(String name) {
        if (has(name)) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "The agent has two tools named '" + name + "'; rename one.");
        }
    }

    boolean has(String name) {
        return tools.containsKey(name) || agents.containsKey(name);
    }

    @Nullable
    Tool tool(String name) {
        return tools.get(name);
    }

    @Nullable
    SubAgent agent(String name) {
        return agents.get(name);
    }

    /** Returns the definition of a tool or agent; null if there is none with this name. */
    @Nullable
    ToolDefinition definition(String name) {
        Tool tool = tools.get(name);
        SubAgent agent = agents.get(name);
        return tool != null ? tool.definition() : agent == null ? null : agent.definition();
    }

    /** Returns the definitions for the model, without other agents at the largest depth. */
    List<ToolDefinition> definitions(int depth) {
        List<ToolDefinition> all = new ArrayList<>();
        tools.values().forEach(tool -> all.add(tool.definition()));
        if (depth < SubAgent.MAX_DEPTH) {
            agents.values().forEach(agent -> all.add(agent.definition()));
        }
        return all;
    }

    /** Returns a phrase with all names, for a model that called an unknown tool. */
    String names() {
        List<String> names = new ArrayList<>(tools.keySet());
        names.addAll(agents.keySet());
        return names.isEmpty() ? "there are none" : "the tools are " + String.join(", ", names);
    }
}
