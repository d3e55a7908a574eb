package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.server.http.EventFormat;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Events that are texts. A stream that fails is cut off. */
class CutStream implements EventFormat<String> {
    @Override
    public void event(String event, String backend, Consumer<byte[]> out) {
        out.accept(event.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Ending failed(LlmException failure) {
        return new Ending("failed".getBytes(StandardCharsets.UTF_8), false);
    }

    @Override
    public Ending stopped() {
        return new Ending("stopped".getBytes(StandardCharsets.UTF_8), false);
    }
}
