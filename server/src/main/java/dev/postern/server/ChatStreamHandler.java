package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.agent.AgentEvent;
import dev.postern.server.http.EventFormat;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * {@code POST /api/v1/agents/{name}/chat/stream}: a run of an agent as a stream of events.
 *
 * <p>The first event has the session and is sent before the first call of the model. So a failure is an {@code error}
 * event, after which the stream ends normally: clients know this event. They would retry a request whose connection
 * breaks, and the agent's tools would run again. A client that closes the connection ends the run.
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
    public void handle(ServerExchange exchange) {
        ChatRequestFactory.Chat chat = requests.chat(exchange);
        Format format = new Format(exchange);
        EventRelay<AgentEvent> relay = EventRelay.start(exchange, format, limits, Duration.ZERO);
        AgentRuns.Run run = runs.begin(chat.session(), () -> {
            relay.cancel();
            relay.onError(new LlmException(LlmException.Kind.CANCELLED, "The run was cancelled."));
        });
        format.cancelled = run::cancelled;
        exchange.atEnd(run::close);
        chat.agent().stream(chat.input()).subscribe(relay);
    }

    /** Writes the events for one client. */
    private static final class Format implements EventFormat<AgentEvent> {
        private final ServerExchange exchange;
        private volatile BooleanSupplier cancelled = () -> false;

        Format(ServerExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void event(AgentEvent event, String backend, Consumer<byte[]> out) {
            AgentJson.event(event, exchange.answeredBy()).ifPresent(out);
        }

        @Override
        public Ending failed(LlmException failure) {
            if (cancelled.getAsBoolean()) {
                exchange.failed("cancelled");
                return new Ending(AgentJson.cancelled(), true);
            }
            exchange.failed(RequestLog.reason(failure));
            return new Ending(AgentJson.failed(failure, exchange.ids().request()), true);
        }

        @Override
        public Ending stopped() {
            exchange.failed(RequestLog.STOPPED);
            return new Ending(
                    AgentJson.failed(HttpFailure.cutOff(), exchange.ids().request()), true);
        }
    }
}
