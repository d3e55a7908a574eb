package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.json.Json;
import dev.postern.server.http.EventFormat;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.replay.RunRelay;
import dev.postern.server.replay.WatchedEvents;
import java.time.Duration;
import java.util.function.Consumer;

/** Sends the events of a run to one client: those so far, and then the live ones. */
final class RunWatching {
    private RunWatching() {}

    /** Answers the exchange with the events of this run. The client watches from now on. */
    static void answer(ServerExchange exchange, RunRelay run, Limits limits) {
        String requestId = exchange.ids().request();
        WatchedEvents events = new WatchedEvents(run, RunWatching::gap, () -> AgentJson.failed(tooSlow(), requestId));
        events.subscribe(EventRelay.start(exchange, new Format(exchange), limits, Duration.ZERO));
    }

    private static LlmException tooSlow() {
        return new LlmException(
                LlmException.Kind.OVERLOADED,
                "The client read so slowly that events were lost; ask for the stream of the session again.");
    }

    private static byte[] gap(long missing) {
        return Json.bytes(
                json -> json.object(it -> it.field("type", "replay_gap").field("missing", missing)));
    }

    /** The events are JSON already. */
    private record Format(ServerExchange exchange) implements EventFormat<byte[]> {
        @Override
        public void event(byte[] event, String backend, Consumer<byte[]> out) {
            out.accept(event);
        }

        @Override
        public Ending failed(LlmException failure) {
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
