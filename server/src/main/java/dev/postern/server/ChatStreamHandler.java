package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentEvent;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code POST /api/v1/agents/{name}/chat/stream}: a run of an agent as a stream of events.
 *
 * <p>The first event has the session and is sent before the first call of the model. So a failure is an {@code error}
 * event, after which the stream ends normally: clients know this event. They would retry a request whose connection
 * breaks, and the agent's tools would run again. A closed connection is noticed at the next write. Leaving the method
 * cancels the run.
 */
final class ChatStreamHandler implements Handler {
    private final ChatRequestFactory requests;
    private final AgentRuns runs;
    private final Limits limits;

    ChatStreamHandler(ChatRequestFactory requests, AgentRuns runs, Limits limits) {
        this.requests = requests;
        this.runs = runs;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) throws IOException, InterruptedException {
        ChatRequestFactory.Chat chat = requests.chat(exchange);
        try (EventQueue<AgentEvent> queue = new EventQueue<>();
                AgentRuns.Run run = runs.begin(chat.session(), () -> cancel(queue))) {
            exchange.onCut(queue::stop);
            chat.agent().stream(chat.input()).subscribe(queue);
            SseResponse out = exchange.stream(false);
            Deadline deadline = new Deadline(limits.keepAlive());
            for (boolean ended = false; !ended; ) {
                Optional<EventQueue.Signal<AgentEvent>> signal = queue.next(deadline.left());
                if (signal.isEmpty()) {
                    out.keepAlive();
                } else if (signal.get() instanceof EventQueue.Event<AgentEvent> next) {
                    Optional<byte[]> json = AgentJson.event(next.event(), exchange.answeredBy());
                    if (json.isEmpty()) {
                        continue; // nothing was sent, so the keep-alive deadline stays
                    }
                    out.event(json.get());
                } else {
                    ended = true;
                    if (signal.get() instanceof EventQueue.Failed<AgentEvent> failed) {
                        out.event(ending(exchange, run, failed.failure()));
                    } else if (signal.get() instanceof EventQueue.Stopped<AgentEvent>) {
                        exchange.failed(RequestLog.STOPPED);
                        out.event(AgentJson.failed(
                                HttpFailure.cutOff(), exchange.ids().request()));
                    }
                }
                deadline = new Deadline(limits.keepAlive());
            }
            out.end();
        }
    }

    private static void cancel(EventQueue<AgentEvent> queue) {
        queue.close();
        queue.onError(new LlmException(LlmException.Kind.CANCELLED, "The run was cancelled."));
    }

    private static byte[] ending(ServerExchange exchange, AgentRuns.Run run, LlmException failure) {
        if (run.cancelled()) {
            exchange.failed("cancelled");
            return AgentJson.cancelled();
        }
        exchange.failed(RequestLog.reason(failure));
        return AgentJson.failed(failure, exchange.ids().request());
    }
}
