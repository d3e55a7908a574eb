package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Agents;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.PendingAnswer;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.http.Statuses;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** {@code POST /api/v1/agents/{name}/chat}: a run of an agent, answered with its result. */
final class ChatHandler implements Handler {
    private final Agents agents;
    private final ChatRequestFactory requests;
    private final AgentRuns runs;

    ChatHandler(Agents agents, ChatRequestFactory requests, AgentRuns runs) {
        this.agents = agents;
        this.requests = requests;
        this.runs = runs;
    }

    @Override
    public void handle(ServerExchange exchange) {
        ChatRequestFactory.Chat chat = requests.chat(exchange);
        CompletableFuture<AgentResult> result = chat.agent().runAsync(chat.input());
        AgentRuns.Run run = runs.begin(chat.session(), () -> result.cancel(true));
        exchange.atEnd(run::close);
        PendingAnswer.await(
                exchange,
                result,
                HttpFailure.failed(500, HttpFailure.cutOff()), // not 503, because tools may have run
                known -> {
                    run.close();
                    return AgentJson.result(known);
                },
                thrown -> {
                    run.close();
                    return failure(exchange, chat, thrown);
                });
    }

    /**
     * Known clients retry a request with status 503. If the agent has tools, the status is 500, because tools may have
     * run before the failure.
     */
    private RuntimeException failure(ServerExchange exchange, ChatRequestFactory.Chat chat, Throwable thrown) {
        if (thrown instanceof CancellationException) {
            return HttpFailure.of(409, "The run was cancelled.");
        }
        LlmException failure = LlmException.of(thrown);
        if (Statuses.of(failure, false) != 503 || agents.tools(chat.spec()).isEmpty()) {
            return failure;
        }
        exchange.failed(RequestLog.reason(failure));
        return HttpFailure.failed(500, failure);
    }
}
