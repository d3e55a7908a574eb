package dev.postern.server.door.anthropic;

import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import dev.postern.wire.EventWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events in Anthropic's form: the name of the event, and JSON whose {@code type} repeats it. */
final class EventFrames {
    private EventFrames() {}

    /** One event with its name, its data and the blank line after it. */
    static byte[] of(String type, JsonWriter.Body fields) {
        byte[] json = EventWriter.line(Json.bytes(it -> it.object(event -> {
            event.field("type", type);
            fields.write(event);
        })));
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + type.length() + 20);
        out.writeBytes(("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(json);
        out.writeBytes(new byte[] {'\n', '\n'});
        return out.toByteArray();
    }
}
