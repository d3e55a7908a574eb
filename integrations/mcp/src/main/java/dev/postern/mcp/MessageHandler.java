package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.SseHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of messages. With a request, the stream is complete with its answer. Without, it is never complete and may end at any
 * time; its phase is {@link Phase#OPEN}, because the time of the transport after a complete answer would cut a stream that is silent.
 */
final class MessageHandler implements SseHandler<Incoming> {
    private final String server;
    private final @Nullable Pending request;
    private Phase phase = Phase.OPEN;

    MessageHandler(String server, @Nullable Pending request) {
        this.server = server;
        this.request = request;
    }

    @Override
    public void event(String type, byte[] buffer, int offset, int length, Consumer<? super Incoming> out) {
        if (length == 0 || !type.equals("message")) {
            return; // an event without data only carries an id
        }
        Incoming message = Incoming.read(buffer, offset, length);
        if (request != null && message.isAnswer() && message.number() == request.id()) {
            phase = Phase.DONE;
        }
        out.accept(message);
    }

    @Override
    public void end(Consumer<? super Incoming> out) {
        if (phase == Phase.OPEN && request != null) {
            throw LlmException.builder(
                            Kind.INCOMPLETE_STREAM,
                            "The MCP server '" + server + "' ended its stream before it answered " + request.method()
                                    + "; it may have run the request.")
                    .retryable(false)
                    .build();
        }
    }

    @Override
    public Phase phase() {
        return phase;
    }
}
