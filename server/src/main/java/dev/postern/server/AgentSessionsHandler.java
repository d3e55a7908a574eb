package dev.postern.server;

import dev.postern.Message;
import dev.postern.Role;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.SessionInfo;
import dev.postern.agent.SessionKey;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.replay.RunReplays;
import java.util.List;

/** {@code /api/v1/agents/{name}/sessions} and the paths below it: the conversations of an agent. */
final class AgentSessionsHandler {
    /** The largest number of turns in an answer. */
    private static final int MAX_TURNS = 1000;

    private static final int KEEP = 5;

    private final Agents agents;
    private final AgentRuns runs;
    private final RunReplays<SessionKey> replays;

    AgentSessionsHandler(Agents agents, AgentRuns runs, RunReplays<SessionKey> replays) {
        this.agents = agents;
        this.runs = runs;
        this.replays = replays;
    }

    /** GET: the latest first. */
    void list(ServerExchange exchange) {
        AgentSpec spec = spec(exchange);
        List<SessionInfo> sessions = agents.conversations().sessions(spec.id());
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("agent_name", spec.name())
                        .array("sessions", sessions, AgentSessionsHandler::session))));
    }

    private static void session(JsonWriter json, SessionInfo info) {
        json.object(it -> it.field("session_id", info.key().session())
                .field("actor_id", info.key().agent())
                .field("message_count", 2L * info.turns()) // as many as are shown of it
                .field("last_activity", info.lastActivity().toString())
                .object("metadata", none -> {}));
    }

    /** GET of one: the messages of the user and the answers of the agent, without tool calls and results. */
    void history(ServerExchange exchange) {
        AgentSpec spec = spec(exchange);
        SessionKey session = session(exchange);
        List<Message> messages = agents.conversations().history(session, MAX_TURNS).stream()
                .filter(AgentSessionsHandler::isShown)
                .toList();
        exchange.json(
                200,
                Json.bytes(json -> json.object(it -> it.field("agent_name", spec.name())
                        .field("session_id", session.session())
                        .array(
                                "messages",
                                messages,
                                (out, message) -> out.object(said -> said.field(
                                                "role", message.role().wire())
                                        .field("content", message.text()))))));
    }

    private static boolean isShown(Message message) {
        return (message.role() == Role.USER && message.toolResults().isEmpty())
                || (message.role() == Role.ASSISTANT && message.toolCalls().isEmpty());
    }

    /** DELETE of one. */
    void delete(ServerExchange exchange) {
        SessionKey session = session(exchange);
        agents.conversations().delete(session);
        replays.forget(session);
        status(exchange, "deleted");
    }

    /** POST to cleanup: deletes all sessions except the latest. */
    void cleanup(ServerExchange exchange) {
        ConversationMemory.Cleanup done =
                agents.conversations().cleanup(spec(exchange).id(), keep(exchange));
        exchange.json(
                200,
                Json.bytes(json ->
                        json.object(it -> it.field("deleted", done.deleted()).field("kept", done.kept()))));
    }

    private static int keep(ServerExchange exchange) {
        for (String part : exchange.query().replaceFirst("\\?", "").split("&", -1)) {
            if (part.startsWith("keep=")) {
                if (!part.matches("keep=[0-9]{1,9}")) {
                    throw HttpFailure.of(422, "keep: must be a whole number that is not negative.");
                }
                return Integer.parseInt(part.substring("keep=".length()));
            }
        }
        return KEEP;
    }

    /** GET of a session's status. */
    void status(ServerExchange exchange) {
        status(exchange, runs.isRunning(session(exchange)) ? "running" : "idle");
    }

    /** DELETE of a session's run. */
    void cancel(ServerExchange exchange) {
        if (!runs.cancel(session(exchange))) {
            throw HttpFailure.of(404, "This session has no active run.");
        }
        status(exchange, "cancelled");
    }

    private static void status(ServerExchange exchange, String status) {
        exchange.json(200, Json.bytes(json -> json.object(it -> it.field("status", status))));
    }

    private AgentSpec spec(ServerExchange exchange) {
        return agents.get(exchange.parameter("name"));
    }

    private SessionKey session(ServerExchange exchange) {
        return new SessionKey(spec(exchange).id(), exchange.parameter("session"));
    }
}
