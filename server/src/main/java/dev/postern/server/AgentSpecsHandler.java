package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecReader;
import dev.postern.agent.AgentSpecWriter;
import dev.postern.agent.Agents;
import dev.postern.json.Json;
import java.io.IOException;

/** {@code /api/v1/agents} and {@code /api/v1/agents/{name}}: which agents there are. */
final class AgentSpecsHandler {
    private final Agents agents;

    AgentSpecsHandler(Agents agents) {
        this.agents = agents;
    }

    /** GET: all of them. */
    void list(Exchange exchange) throws IOException {
        exchange.json(200, AgentSpecWriter.write(agents.list()));
    }

    /** POST: one more. As this server knows no users, it belongs to nobody. */
    void create(Exchange exchange) throws IOException {
        AgentSpec spec = AgentSpecReader.read(exchange.body()).toBuilder()
                .owner(AgentSpec.SYSTEM)
                .build();
        try {
            agents.create(spec);
        } catch (LlmException e) {
            if (e.code().equals(Agents.EXISTS)) {
                throw Refusal.of(409, String.valueOf(e.getMessage()));
            }
            throw e;
        }
        exchange.json(201, AgentSpecWriter.write(spec));
    }

    /** GET of one. */
    void get(Exchange exchange) throws IOException {
        exchange.json(200, AgentSpecWriter.write(agents.get(exchange.parameter("name"))));
    }

    /** PUT: what the body names changes, the rest stays. */
    void update(Exchange exchange) throws IOException {
        byte[] body = exchange.body();
        AgentSpec changed = AgentSpecReader.update(agents.get(exchange.parameter("name")), body);
        agents.update(changed);
        exchange.json(200, AgentSpecWriter.write(changed));
    }

    /** DELETE. There are no versions of it that could be archived. */
    void delete(Exchange exchange) throws IOException {
        AgentSpec spec = agents.get(exchange.parameter("name"));
        agents.delete(spec.id());
        exchange.json(
                200,
                Json.bytes(
                        json -> json.object(it -> it.field("status", "deleted").field("versions_archived", 0))));
    }
}
