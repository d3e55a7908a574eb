package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecReader;
import dev.postern.agent.AgentSpecWriter;
import dev.postern.agent.Agents;
import dev.postern.json.Json;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;

/** {@code /api/v1/agents} and {@code /api/v1/agents/{name}}: the specifications of agents. */
final class AgentSpecsHandler {
    private final Agents agents;

    AgentSpecsHandler(Agents agents) {
        this.agents = agents;
    }

    /** GET of all agents. */
    void list(ServerExchange exchange) {
        exchange.json(200, AgentSpecWriter.write(agents.list()));
    }

    /** POST of a new agent. Its owner is the system, because this server has no users. */
    void create(ServerExchange exchange) {
        AgentSpec spec = AgentSpecReader.read(exchange.body()).toBuilder()
                .owner(AgentSpec.SYSTEM)
                .build();
        try {
            agents.create(spec);
        } catch (LlmException e) {
            if (e.code().equals(Agents.EXISTS)) {
                throw HttpFailure.of(409, String.valueOf(e.getMessage()));
            }
            throw e;
        }
        exchange.json(201, AgentSpecWriter.write(spec));
    }

    /** GET of one. */
    void get(ServerExchange exchange) {
        exchange.json(200, AgentSpecWriter.write(agents.get(exchange.parameter("name"))));
    }

    /** PUT: changes the fields that the body has. */
    void update(ServerExchange exchange) {
        byte[] body = exchange.body();
        AgentSpec changed = AgentSpecReader.update(agents.get(exchange.parameter("name")), body);
        agents.update(changed);
        exchange.json(200, AgentSpecWriter.write(changed));
    }

    /** DELETE of an agent. The number of archived versions is 0, because agents have no versions. */
    void delete(ServerExchange exchange) {
        AgentSpec spec = agents.get(exchange.parameter("name"));
        agents.delete(spec.id());
        exchange.json(
                200,
                Json.bytes(
                        json -> json.object(it -> it.field("status", "deleted").field("versions_archived", 0))));
    }
}
