package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the model may call in one run, by name. */
final class Toolbox {
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final Map<String, SubAgent> agents = new LinkedHashMap<>();

    /**
     * A box of these.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if two have one name
     */
    Toolbox(List<Tool> tools, List<SubAgent> agents) {
        for (Tool tool : tools) {
            isNew(tool.name());
            this.tools.put(tool.name(), tool);
        }
        for (SubAgent agent : agents) {
            isNew(agent.toolName());
            this.agents.put(agent.toolName(), agent);
        }
    }

    private void isNew(String name) {
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

    /** What the model is told of one tool or agent; null if there is none of this name. */
    @Nullable
    ToolDefinition definition(String name) {
        Tool tool = tools.get(name);
        SubAgent agent = agents.get(name);
        return tool != null ? tool.definition() : agent == null ? null : agent.definition();
    }

    /** What the model is told; other agents are left out where they could not be asked any more. */
    List<ToolDefinition> definitions(int depth) {
        List<ToolDefinition> all = new ArrayList<>();
        tools.values().forEach(tool -> all.add(tool.definition()));
        if (depth < SubAgent.MAX_DEPTH) {
            agents.values().forEach(agent -> all.add(agent.definition()));
        }
        return all;
    }

    /** The names of all, for a model that has called something else. */
    String names() {
        List<String> names = new ArrayList<>(tools.keySet());
        names.addAll(agents.keySet());
        return names.isEmpty() ? "there are none" : "the tools are " + String.join(", ", names);
    }
}
