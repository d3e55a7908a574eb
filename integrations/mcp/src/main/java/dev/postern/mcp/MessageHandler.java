package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.SseHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a stream of messages. With a request, the stream is complete with its answer; without, it may end at any time. */
final class MessageHandler implements SseHandler<Incoming> {
    private final String server;
    private final @Nullable Pending request;
    private Phase phase;

    MessageHandler(String server, @Nullable Pending request) {
        this.server = server;
        this.request = request;
        phase = request == null ? Phase.ANSWERED : Phase.OPEN;
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
