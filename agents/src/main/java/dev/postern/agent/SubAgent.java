package dev.postern.agent;

import dev.postern.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Another agent that a model can call, by a tool with the name {@code call_NAME}.
 *
 * @param name the other agent's name
 * @param description tells the model when to call it
 * @param agent looks up the agent at each call; empty if it does not exist any more
 */
record SubAgent(String name, String description, Supplier<Optional<Agent>> agent) {
    /** How deep agents can call agents that call agents. */
    static final int MAX_DEPTH = 3;

    static final String TOO_DEEP = "Maximum agent delegation depth (" + MAX_DEPTH + ") exceeded.";
    static final String MESSAGE = "message";

    static SubAgent of(Agent agent) {
        return new SubAgent(agent.name(), agent.description(), () -> Optional.of(agent));
    }

    String toolName() {
        return "call_" + name.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    ToolDefinition definition() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "string");
        message.put("description", "What to tell or ask the agent, with all that it needs to know.");
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", Map.of(MESSAGE, message));
        schema.put("required", List.of(MESSAGE));
        schema.put("additionalProperties", false);
        String purpose = description.isEmpty() ? "" : " " + description;
        return ToolDefinition.of(toolName(), "Asks the agent '" + name + "'." + purpose, schema);
    }
}
