package dev.postern.config;

import dev.postern.agent.Agents;
import dev.postern.gateway.Gateway;
import java.util.Objects;

/**
 * What a file describes.
 *
 * <p>Agents are declared beside the {@code providers} that {@link GatewayLoader} describes:
 *
 * <pre>{@code
 * agents:
 *   default_model: gpt-4o                      # of specs that name none; default the backend's
 *   max_turns: 20                              # of specs that do not say
 *   limits: {max_tool_calls: 100, total_time: 10m}  # bounds of each run, see AgentLimits
 *   memory_required: false                     # whether a run fails if its memory does
 *   store: agents.json                         # where agents that are made at run time are kept: a file, a JDBC URL, or
 *                                              # {url: "jdbc:…", user: …, password: …}; default nowhere
 *   specs:
 *     helper:
 *       description: knows the weather
 *       system_prompt: You are a helpful assistant.
 *       model: gpt-4o
 *       primitives:
 *         memory: {enabled: true, tools: [remember, recall], namespace: "agent:{agent_owner}:{agent_name}"}
 *         agents: {tools: [researcher]}        # gives it the tool call_researcher
 *         tools: {tools: [get_weather]}        # of those that the application has
 *       hooks: {auto_memory: true}             # whether conversations are kept
 *       provider_overrides: {llm: local}       # the backend that it asks whatever the caller says
 *       temperature: 0.2
 *       max_tokens: 1000
 * }</pre>
 *
 * <p>What the Python Agentic Primitives Gateway knows beyond that is accepted and means nothing here.
 *
 * @param gateway the gateway to its backends
 * @param agents the agents, which ask that gateway; there may be none among them
 */
public record GatewayConfig(Gateway gateway, Agents agents) implements AutoCloseable {
    /** Refuses null. */
    public GatewayConfig {
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(agents, "agents");
    }

    /** Closes the gateway with its backends; the agents own nothing. */
    @Override
    public void close() {
        gateway.close();
    }
}
