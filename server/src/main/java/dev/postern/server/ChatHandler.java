package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Agents;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

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
    public void handle(ServerExchange exchange) throws IOException, InterruptedException {
        ChatRequestFactory.Chat chat = requests.chat(exchange);
        CompletableFuture<AgentResult> result = chat.agent().runAsync(chat.input());
        AgentRuns.Run run = runs.begin(chat.session(), () -> result.cancel(true));
        AtomicBoolean stopped = new AtomicBoolean();
        exchange.onCut(() -> {
            stopped.set(true);
            result.cancel(true);
        });
        AgentResult known;
        try {
            known = result.get();
        } catch (CancellationException e) {
            if (stopped.get()) { // not 503, because tools may have run
                exchange.failed(RequestLog.STOPPED);
                throw HttpFailure.failed(500, HttpFailure.cutOff());
            }
            throw HttpFailure.of(409, "The run was cancelled.");
        } catch (ExecutionException e) {
            throw failed(exchange, chat, LlmException.of(e));
        } finally {
            result.cancel(true); // has an effect only if this thread was interrupted
            run.close();
        }
        exchange.json(200, AgentJson.result(known));
    }

    /**
     * Known clients retry a request with status 503. If the agent has tools, the status is 500, because tools may have
     * run before the failure.
     */
    private RuntimeException failed(ServerExchange exchange, ChatRequestFactory.Chat chat, LlmException failure) {
        if (Statuses.of(failure, false) != 503 || agents.tools(chat.spec()).isEmpty()) {
            return failure;
        }
        exchange.failed(RequestLog.reason(failure));
        return HttpFailure.failed(500, failure);
    }
}
