package dev.postern.server;

import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.InMemoryMemoryStore;
import dev.postern.agent.Memory;
import dev.postern.agent.MemoryStore;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.http.ServerExchange;
import java.util.List;

/** The tools and memories of agents: {@code …/tools}, {@code …/memory} and {@code /api/v1/agents/tool-catalog}. */
final class AgentInsightHandler {
    private static final int NAMESPACES = 100;
    private static final int MEMORIES = 50; // of each namespace
    private static final int SHOWN = 200; // characters of each memory

    private final Agents agents;

    AgentInsightHandler(Agents agents) {
        this.agents = agents;
    }

    /** GET of an agent's tools with their providers. */
    void tools(ServerExchange exchange) {
        AgentSpec spec = agents.get(exchange.parameter("name"));
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("agent_name", spec.name())
                        .array(
                                "tools",
                                agents.tools(spec),
                                (out, tool) -> out.object(one -> one.field(
                                                "name", tool.definition().name())
                                        .field("description", tool.definition().description())
                                        .field("primitive", tool.primitive())
                                        .field("provider", provider(tool.primitive())))))));
    }

    private String provider(String primitive) {
        return switch (primitive) {
            case AgentSpec.AGENTS -> "agent_delegation";
            case AgentSpec.MEMORY -> agents.memories() instanceof InMemoryMemoryStore ? "in_memory" : "store";
            default -> "application";
        };
    }

    /** GET of all tools that an agent's specification can name. */
    void catalog(ServerExchange exchange) {
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.object(
                        "primitives",
                        primitives -> agents.catalog()
                                .forEach((name, tools) -> primitives.array(
                                        name,
                                        tools,
                                        (out, tool) -> out.object(one -> one.field("name", tool.name())
                                                .field("description", tool.description())
                                                .fieldOf("input_schema", tool.inputSchema()))))))));
    }

    /** GET of an agent's memories. */
    void memory(ServerExchange exchange) {
        AgentSpec spec = agents.get(exchange.parameter("name"));
        boolean enabled = spec.primitive(AgentSpec.MEMORY).isPresent();
        String namespace = enabled ? agents.namespace(spec, "") : "";
        List<MemoryStore.NamespaceInfo> stores =
                enabled ? agents.memories().namespaces(namespace, NAMESPACES) : List.of();
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("agent_name", spec.name())
                        .field("memory_enabled", enabled)
                        .field("namespace", namespace)
                        .array("stores", stores, this::store))));
    }

    private void store(JsonWriter json, MemoryStore.NamespaceInfo info) {
        json.object(it -> it.field("namespace", info.namespace())
                .field("memory_count", info.memories())
                .array(
                        "memories",
                        agents.memories().list(info.namespace(), MEMORIES),
                        (out, memory) -> out.object(one -> one.field("key", memory.key())
                                .field("content", beginning(memory))
                                .field("updated_at", memory.updated().toString()))));
    }

    private static String beginning(Memory memory) {
        String content = memory.content();
        return memory.length() <= SHOWN ? content : content.substring(0, content.offsetByCodePoints(0, SHOWN));
    }
}
