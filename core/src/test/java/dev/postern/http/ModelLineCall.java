package dev.postern.http;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;

/** A {@link LineCall} as a call to a model: each line is a piece of text. */
final class ModelLineCall implements ModelOperation<StreamEvent> {
    private final LineCall lines;
    private final URI uri;
    private CompletionRequest request;

    ModelLineCall(URI uri, CompletionRequest request) {
        this.lines = new LineCall(uri);
        this.uri = uri;
        this.request = request;
    }

    @Override
    public CompletionRequest request() {
        return request;
    }

    @Override
    public void use(CompletionRequest changed) {
        request = changed;
    }

    @Override
    public String backend() {
        return "lines";
    }

    @Override
    public String model() {
        return "m";
    }

    @Override
    public String address() {
        return HttpCall.origin(uri);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public HttpCall call() {
        return lines.call();
    }

    @Override
    public LlmException error(HttpReply reply) {
        return lines.error(reply);
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public Timeouts timeouts() {
        return lines.timeouts();
    }

    @Override
    public Decoder<StreamEvent> decoder(HttpReply head) {
        Decoder<String> inner = lines.decoder(head);
        return new Decoder<>() {
            @Override
            public void decode(ByteBuffer bytes, Consumer<? super StreamEvent> out) {
                inner.decode(bytes, line -> out.accept(new StreamEvent.ContentDelta(line)));
            }

            @Override
            public void end(Consumer<? super StreamEvent> out) {
                inner.end(end -> out.accept(new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of())));
            }

            @Override
            public Phase phase() {
                return inner.phase();
            }
        };
    }
}
