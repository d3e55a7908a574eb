package dev.postern.server.door.openai;

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
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** {@code POST /v1/chat/completions}: an answer, whole or as a stream. */
public final class ChatCompletionsHandler implements Handler {
    private final Gateway gateway;
    private final DoorCalls calls;
    private final Limits limits;
    private final InstantSource clock;

    public ChatCompletionsHandler(Gateway gateway, DoorCalls calls, Limits limits, InstantSource clock) {
        this.gateway = gateway;
        this.calls = calls;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void handle(ServerExchange exchange) {
        ChatRequest read = ChatRequestReader.read(exchange.body(), model -> calls.target(exchange, model));
        calls.check(read.request());
        CompletionRequest request = read.request().toBuilder()
                .options(calls.options(exchange))
                .context(calls.context(exchange))
                .build();
        ChatHead head = new ChatHead(
                "chatcmpl-" + exchange.ids().request(), clock.instant().getEpochSecond(), read.model());
        if (read.stream()) {
            Format format = new Format(
                    exchange, new ChatEventWriter(head, read.usage(), read.functions(), exchange::answeredBy));
            gateway.stream(request).subscribe(EventRelay.start(exchange, format, limits, limits.firstSilence()));
            return;
        }
        PendingAnswer.await(
                exchange,
                gateway.completionsAsync(request),
                HttpFailure.stopping(),
                answer -> new ChatAnswerWriter(head, exchange.answeredBy(), read.functions()).write(answer),
                ChatCompletionsHandler::failure);
    }

    /** Only a server that stops and a client that is gone cancel the answer. */
    private static Throwable failure(Throwable thrown) {
        return thrown instanceof CancellationException ? HttpFailure.stopping() : LlmException.of(thrown);
    }

    /** Writes the events for one client. */
    private record Format(ServerExchange exchange, ChatEventWriter writer) implements EventFormat<StreamEvent> {
        @Override
        public void event(StreamEvent event, String backend, Consumer<byte[]> out) {
            writer.event(event, out);
        }

        @Override
        public void completed(Consumer<byte[]> out) {
            writer.end(out);
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
            return new Ending(OpenAiErrors.event(Statuses.of(failure, false), failure), false);
        }
    }
}
