package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Agents;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code POST /api/v1/agents/{name}/chat}: a run of an agent, and its whole result. */
final class ChatHandler implements Handler {
    private final Agents agents;
    private final ChatIntake intake;
    private final AgentRuns runs;

    ChatHandler(Agents agents, ChatIntake intake, AgentRuns runs) {
        this.agents = agents;
        this.intake = intake;
        this.runs = runs;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        ChatIntake.Chat chat = intake.chat(exchange);
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
            if (stopped.get()) { // no 503: its tools may have run
                exchange.failed(RequestLog.STOPPED);
                throw Refusal.failed(500, Refusal.cutOff());
            }
            throw Refusal.of(409, "The run was cancelled.");
        } catch (ExecutionException e) {
            throw failed(exchange, chat, LlmException.of(e));
        } finally {
            result.cancel(true); // if this thread was interrupted; else it is over
            run.close();
        }
        exchange.json(200, AgentJson.result(known));
    }

    /**
     * Known clients send a request again when they see a 503. That is right for a backend that could not be reached; but
     * who knows what tools have done before that?
     */
    private RuntimeException failed(Exchange exchange, ChatIntake.Chat chat, LlmException failure) {
        if (Statuses.of(failure, false) != 503 || agents.tools(chat.spec()).isEmpty()) {
            return failure;
        }
        exchange.failed(RequestLog.reason(failure));
        return Refusal.failed(500, failure);
    }
}
