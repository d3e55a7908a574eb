package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentEvent;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code POST /api/v1/agents/{name}/chat/stream}: a run of an agent as it happens.
 *
 * <p>The first event says which session it is, and goes out before the model is asked. So what fails then is an event, {@code
 * error}, after which the stream ends as ever: clients know that event, and would send a request whose answer breaks off
 * once more, with all that the agent's tools do. A client that hangs up is noticed by the next thing that is written to it,
 * and leaving here cancels the run.
 */
final class ChatStreamHandler implements Handler {
    private final ChatIntake intake;
    private final AgentRuns runs;
    private final Limits limits;

    ChatStreamHandler(ChatIntake intake, AgentRuns runs, Limits limits) {
        this.intake = intake;
        this.runs = runs;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        ChatIntake.Chat chat = intake.chat(exchange);
        try (EventInbox<AgentEvent> inbox = new EventInbox<>();
                AgentRuns.Run run = runs.begin(chat.session(), () -> cancel(inbox))) {
            exchange.onCut(inbox::stop);
            chat.agent().stream(chat.input()).subscribe(inbox);
            SseResponse out = exchange.stream(false);
            Silence silence = new Silence(limits.keepAlive());
            for (boolean ended = false; !ended; ) {
                Optional<EventInbox.Signal<AgentEvent>> signal = inbox.next(silence.left());
                if (signal.isEmpty()) {
                    out.keepAlive();
                } else if (signal.get() instanceof EventInbox.Event<AgentEvent> next) {
                    Optional<byte[]> json = AgentJson.event(next.event(), exchange.answeredBy());
                    if (json.isEmpty()) {
                        continue; // nothing went out
                    }
                    out.event(json.get());
                } else {
                    ended = true;
                    if (signal.get() instanceof EventInbox.Failed<AgentEvent> failed) {
                        out.event(ending(exchange, run, failed.failure()));
                    } else if (signal.get() instanceof EventInbox.Stopped<AgentEvent>) {
                        exchange.failed(RequestLog.STOPPED);
                        out.event(AgentJson.failed(
                                Refusal.cutOff(), exchange.ids().request()));
                    }
                }
                silence = new Silence(limits.keepAlive());
            }
            out.end();
        }
    }

    private static void cancel(EventInbox<AgentEvent> inbox) {
        inbox.close();
        inbox.onError(new LlmException(LlmException.Kind.CANCELLED, "The run was cancelled."));
    }

    private static byte[] ending(Exchange exchange, AgentRuns.Run run, LlmException failure) {
        if (run.cancelled()) {
            exchange.failed("cancelled");
            return AgentJson.cancelled();
        }
        exchange.failed(RequestLog.reason(failure));
        return AgentJson.failed(failure, exchange.ids().request());
    }
}
