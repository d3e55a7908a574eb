package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.SessionKey;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import java.util.Map;
import java.util.UUID;

/** Creates the input of an agent from a request: message, agent, session and credentials. */
final class ChatRequestFactory {
    private final Agents agents;
    private final RequestFactory requests;

    ChatRequestFactory(Agents agents, RequestFactory requests) {
        this.agents = agents;
        this.requests = requests;
    }

    /**
     * A message to an agent.
     *
     * @param spec the agent's specification
     * @param agent the agent, which uses the backend of its specification, else the backend that the headers name
     * @param input the message with its options
     * @param session the session of the conversation
     */
    record Chat(AgentSpec spec, Agent agent, AgentInput input, SessionKey session) {}

    /**
     * The message of this request.
     *
     * @throws LlmException for an invalid body or an unknown agent
     */
    Chat chat(ServerExchange exchange) {
        Map<?, ?> body = object(exchange.body());
        String message = text(body, "message");
        String given = text(body, "session_id");
        AgentSpec spec = agents.get(exchange.parameter("name"));
        String backend = requests.backend(exchange);
        String asked = spec.providerOverrides().getOrDefault(AgentSpec.LLM, backend);
        exchange.backend(asked);
        SessionKey session = new SessionKey(spec.id(), given.isEmpty() ? newSession() : given);
        AgentInput input = AgentInput.of(message)
                .withContext(CallerContext.of(exchange))
                .withSession(session.session())
                .withOptions(requests.options(exchange, asked));
        return new Chat(spec, agents.agent(spec, backend), input, session);
    }

    private static String newSession() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }

    private static Map<?, ?> object(byte[] json) {
        try {
            if (Json.parse(json) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (JsonException e) {
            throw HttpFailure.of(422, "body: is not JSON; it must be a JSON object.");
        }
        throw HttpFailure.of(422, "body: must be a JSON object.");
    }

    private static String text(Map<?, ?> body, String name) {
        Object value = body.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw HttpFailure.of(422, name + ": must be a string.");
    }
}
