package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.SessionKey;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** What is said to which agent, in which session, and with whose credentials. */
final class ChatIntake {
    private final Agents agents;
    private final Intake intake;

    ChatIntake(Agents agents, Intake intake) {
        this.agents = agents;
        this.intake = intake;
    }

    /**
     * A message to an agent.
     *
     * @param spec what the agent is
     * @param agent the agent, which asks the backend that the headers name unless its spec names one
     * @param input what is said
     * @param session where
     */
    record Chat(AgentSpec spec, Agent agent, AgentInput input, SessionKey session) {}

    /**
     * The message of this request.
     *
     * @throws LlmException for a body that is no message, or an agent that does not exist
     */
    Chat chat(Exchange exchange) throws IOException {
        Map<?, ?> body = object(exchange.body());
        String message = text(body, "message");
        String given = text(body, "session_id");
        AgentSpec spec = agents.get(exchange.parameter("name"));
        String backend = intake.backend(exchange);
        String asked = spec.providerOverrides().getOrDefault(AgentSpec.LLM, backend);
        exchange.backend(asked);
        SessionKey session = new SessionKey(spec.id(), given.isEmpty() ? newSession() : given);
        AgentInput input =
                AgentInput.of(message).withSession(session.session()).withOptions(intake.options(exchange, asked));
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
            throw Refusal.of(422, "body: is no JSON; it must be a JSON object.");
        }
        throw Refusal.of(422, "body: must be a JSON object.");
    }

    private static String text(Map<?, ?> body, String name) {
        Object value = body.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw Refusal.of(422, name + ": must be a string.");
    }
}
