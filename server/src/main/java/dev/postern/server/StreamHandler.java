package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.gateway.Gateway;
import dev.postern.server.http.EventFormat;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.Handler;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import dev.postern.wire.EventWriter;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.WholeToolCalls;
import java.util.function.Consumer;

/**
 * {@code POST /api/v1/llm/completions/stream}: the answer as a stream of events. After the first event a failure is an
 * event, after which the connection closes.
 */
final class StreamHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;
    private final Limits limits;

    StreamHandler(Gateway gateway, RequestFactory requests, Limits limits) {
        this.gateway = gateway;
        this.requests = requests;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) {
        CompletionRequest request = requests.request(exchange);
        boolean deltas = exchange.header(GatewayHeaders.TOOL_DELTAS).equalsIgnoreCase("true");
        gateway.stream(request)
                .subscribe(EventRelay.start(exchange, new Format(exchange, deltas), limits, limits.firstSilence()));
    }

    /** Writes the events for one client. */
    private static final class Format implements EventFormat<StreamEvent> {
        private final ServerExchange exchange;
        private final boolean deltas;
        private final WholeToolCalls tools = new WholeToolCalls();

        Format(ServerExchange exchange, boolean deltas) {
            this.exchange = exchange;
            this.deltas = deltas;
        }

        @Override
        public void event(StreamEvent event, String backend, Consumer<byte[]> out) {
            if (deltas) {
                out.accept(EventWriter.write(event, backend));
            } else {
                tools.accept(event, whole -> out.accept(EventWriter.write(whole, backend)));
            }
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
            return new Ending(EventWriter.error(failure, exchange.ids().request()), false);
        }
    }
}
