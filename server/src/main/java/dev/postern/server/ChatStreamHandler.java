package dev.postern.server;

import dev.postern.agent.SessionKey;
import dev.postern.server.http.Handler;
import dev.postern.server.http.Limits;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.server.replay.RunRelay;
import dev.postern.server.replay.RunReplays;

/**
 * {@code POST /api/v1/agents/{name}/chat/stream}: a run of an agent as a stream of events.
 *
 * <p>The first event has the session and is sent before the first call of the model. So a failure is an {@code error}
 * event, after which the stream ends normally: clients know this event. They would retry a request whose connection
 * breaks, and the agent's tools would run again. When the client closes the connection, the run goes on for a while, so
 * that the client can come back by {@link RunStreamHandler}.
 */
final class ChatStreamHandler implements Handler {
    private final ChatRequestFactory requests;
    private final AgentRuns runs;
    private final RunReplays<SessionKey> replays;
    private final Limits limits;

    ChatStreamHandler(ChatRequestFactory requests, AgentRuns runs, RunReplays<SessionKey> replays, Limits limits) {
        this.requests = requests;
        this.runs = runs;
        this.replays = replays;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) {
        ChatRequestFactory.Chat chat = requests.chat(exchange);
        StreamedRun run = new StreamedRun(exchange);
        AgentRuns.Run active = runs.begin(chat.session(), run::cancel);
        RunRelay relay = replays.begin(chat.session(), run::cancel);
        Runnable observed = exchange.observed().map(ObservedRequest::hold).orElse(() -> {});
        Runnable place = exchange.hold(); // among the caller's requests at the same time
        run.to(relay, () -> {
            active.close();
            observed.run();
            place.run();
        });
        try {
            RunWatching.answer(exchange, relay, limits);
        } catch (RuntimeException | Error e) {
            run.onError(e);
            throw e;
        }
        try {
            chat.agent().stream(chat.input()).subscribe(run);
        } catch (RuntimeException | Error e) {
            run.onError(e);
        }
    }
}
