package dev.postern.server;

import dev.postern.agent.Agents;
import dev.postern.agent.SessionKey;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.replay.RunRelay;
import dev.postern.server.replay.RunReplays;
import java.util.Map;

/**
 * {@code GET /api/v1/agents/{name}/sessions/{session}/stream}: the events of the session's present or last run, for a client that comes
 * back. Only runs that were begun as a stream have events.
 */
final class RunStreamHandler implements Handler {
    private final Agents agents;
    private final RunReplays<SessionKey> replays;
    private final Limits limits;

    RunStreamHandler(Agents agents, RunReplays<SessionKey> replays, Limits limits) {
        this.agents = agents;
        this.replays = replays;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) {
        SessionKey session =
                new SessionKey(agents.get(exchange.parameter("name")).id(), exchange.parameter("session"));
        RunRelay run = replays.find(session)
                .orElseThrow(() -> HttpFailure.of(404, "This session has no run whose events are kept."));
        if (exchange.method().equals("HEAD")) {
            exchange.empty(200, Map.of("Content-Type", "text/event-stream; charset=utf-8"));
        } else {
            RunWatching.answer(exchange, run, limits);
        }
    }
}
