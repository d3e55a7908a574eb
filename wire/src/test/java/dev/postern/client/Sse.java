package dev.postern.client;

import dev.postern.StreamEvent;
import dev.postern.wire.EventWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes server-sent events as a gateway does. */
final class Sse {
    private Sse() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes one event. */
    static byte[] event(byte[] json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(utf8("data: "));
        out.writeBytes(json);
        out.writeBytes(utf8("\n\n"));
        return out.toByteArray();
    }

    static byte[] of(StreamEvent... events) {
        return of(List.of(events));
    }

    static byte[] of(List<StreamEvent> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        events.forEach(event -> out.writeBytes(event(EventWriter.write(event))));
        return out.toByteArray();
    }
}
