package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.gateway.Gateway;
import dev.postern.server.door.DoorCalls;
import dev.postern.server.http.EventFormat;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.PendingAnswer;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.http.Statuses;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** {@code POST /v1/messages}: an answer, whole or as a stream. */
public final class MessagesHandler implements Handler {
    private final Gateway gateway;
    private final DoorCalls calls;
    private final Limits limits;

    public MessagesHandler(Gateway gateway, DoorCalls calls, Limits limits) {
        this.gateway = gateway;
        this.calls = calls;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) {
        MessagesRequest read = AnthropicRequestReader.read(exchange.body(), model -> calls.target(exchange, model));
        calls.check(read.request());
        CompletionRequest request = read.request().toBuilder()
                .options(calls.options(exchange))
                .context(calls.context(exchange))
                .build();
        String id = "msg_" + exchange.ids().request();
        if (read.stream()) {
            Format format = new Format(
                    exchange,
                    new AnthropicEventWriter(request, read.thinking(), id, read.model(), exchange::answeredBy));
            gateway.stream(request).subscribe(EventRelay.start(exchange, format, limits, limits.firstSilence()));
            return;
        }
        PendingAnswer.await(
                exchange,
                gateway.completionsAsync(request),
                HttpFailure.stopping(),
                answer -> new AnthropicAnswerWriter(request, read.thinking(), id, exchange.answeredBy()).write(answer),
                MessagesHandler::failure);
    }

    /** Only a server that stops and a client that is gone cancel the answer. */
    private static Throwable failure(Throwable thrown) {
        return thrown instanceof CancellationException ? HttpFailure.stopping() : LlmException.of(thrown);
    }

    /** Writes the events for one client. */
    private static final class Format implements EventFormat<StreamEvent> {
        private final ServerExchange exchange;
        private final AnthropicEventWriter writer;

        Format(ServerExchange exchange, AnthropicEventWriter writer) {
            this.exchange = exchange;
            this.writer = writer;
        }

        @Override
        public void event(StreamEvent event, String backend, Consumer<byte[]> out) {
            writer.event(event, out);
        }

        @Override
        public void completed(Consumer<byte[]> out) {
            writer.end(out);
        }

        @Override
        public boolean isFramed() {
            return true;
        }

        @Override
        public byte[] keepAlive() {
            return EventFrames.of("ping", none -> {});
        }

        @Override
        public Ending failed(LlmException failure) {
            return ending(failure, RequestLog.reason(failure));
        }

        @Override
        public Ending stopped() {
            return ending(HttpFailure.cutOff(), RequestLog.STOPPED);
        }

        private Ending ending(LlmException failure, String reason) {
            exchange.failed(reason);
            byte[] last = AnthropicErrors.event(
                    Statuses.of(failure, false), failure, exchange.ids().request());
            return new Ending(last, false);
        }
    }
}
