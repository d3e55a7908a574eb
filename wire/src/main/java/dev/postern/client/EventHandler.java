package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.HttpReply;
import dev.postern.http.SseHandler;
import dev.postern.wire.EventReader;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one stream. There is no end mark: {@code message_stop} completes the answer, and the usage, if there is
 * one, is the last event.
 */
final class EventHandler implements SseHandler<StreamEvent> {
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final HttpReply head;
    private final String name;
    private final ClientHeaders headers;
    private boolean empty = true;
    private final EventReader reader = new EventReader();
    private Phase phase = Phase.OPEN;
    private StreamEvent.@Nullable UsageReported usage;

    EventHandler(HttpReply head, String name, ClientHeaders headers) {
        this.head = head;
        this.name = name;
        this.headers = headers;
    }

    @Override
    public void event(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (isEndMarkOfOpenAi(buffer, offset, length)) {
            return;
        }
        empty = false;
        for (StreamEvent next = read(buffer, offset, length); next != null; next = reader.poll()) {
            accept(next, out);
        }
    }

    private @Nullable StreamEvent read(byte[] buffer, int offset, int length) {
        try {
            return reader.read(buffer, offset, length);
        } catch (LlmException e) {
            throw headers.quoting(e, buffer, offset, length);
        }
    }

    /** A proxy for OpenAI may append {@code [DONE]} to the answer. */
    private static boolean isEndMarkOfOpenAi(byte[] buffer, int offset, int length) {
        return length >= DONE.length && Arrays.equals(buffer, offset, offset + DONE.length, DONE, 0, DONE.length);
    }

    /** Emits the stop once, and the usage at most once and last, in whatever order the gateway sends them. */
    private void accept(StreamEvent event, Consumer<? super StreamEvent> out) {
        if (event instanceof StreamEvent.UsageReported reported) {
            usage = reported;
        } else if (phase == Phase.OPEN) {
            out.accept(event instanceof StreamEvent.MessageStop stop ? stopped(stop) : event);
        }
        StreamEvent last = usage;
        if (phase == Phase.ANSWERED && last != null) {
            phase = Phase.DONE;
            out.accept(last);
        }
    }

    private StreamEvent stopped(StreamEvent.MessageStop stop) {
        phase = Phase.ANSWERED;
        return new StreamEvent.MessageStop(
                stop.stopReason(), stop.model(), CompletionCall.serverInfo(stop.serverInfo(), head));
    }

    @Override
    public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (phase != Phase.OPEN) {
            return;
        }
        try {
            event(type, buffer, offset, length, out); // the server omitted the last blank line
        } catch (LlmException e) {
            if (e.kind() != LlmException.Kind.PROTOCOL) {
                throw e;
            } // else the event is cut, which end() reports
        }
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        if (phase == Phase.OPEN && empty && head.status() != 200) {
            throw RemoteGateway.empty(name, head);
        }
        if (phase == Phase.OPEN) {
            throw new LlmException(
                    LlmException.Kind.INCOMPLETE_STREAM,
                    "The stream ended without message_stop. A Python gateway ends failed streams like this; its log"
                            + " says why.");
        }
    }

    @Override
    public Phase phase() {
        return phase;
    }
}
