package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes of an answer in the form of the file: a text, a frame of AWS's event stream ({@code {"headers", "payload"}}), or
 * {@code {"base64"}}.
 */
final class RecordedBody {
    private static final String HEADERS = "headers";
    private static final String PAYLOAD = "payload";
    private static final String BASE64 = "base64";

    private RecordedBody() {}

    /** A body in parts that can be read: the events of a stream, or the whole. */
    static List<Object> parts(byte[] body, String contentType, Scrubber scrubber) {
        List<Object> parts = new ArrayList<>();
        boolean events = contentType.startsWith("text/event-stream");
        boolean frames = contentType.startsWith(EventFrame.TYPE);
        for (int from = 0; from < body.length; ) {
            int to = events ? eventEnd(body, from) : body.length;
            if (frames) {
                int length = EventFrame.lengthAt(body, from);
                to = length > 0 && length <= body.length - from ? from + length : body.length;
            }
            parts.add(part(Arrays.copyOfRange(body, from, to), frames, scrubber));
            from = to;
        }
        return parts;
    }

    /** The end of the event that begins here: after its empty line. */
    private static int eventEnd(byte[] body, int from) {
        for (int at = from + 1; at < body.length; at++) {
            boolean empty = body[at] == '\n'
                    && (body[at - 1] == '\n' || (at > from + 2 && body[at - 1] == '\r' && body[at - 2] == '\n'));
            if (empty) {
                return at + 1;
            }
        }
        return body.length;
    }

    private static Object part(byte[] bytes, boolean isFrame, Scrubber scrubber) {
        EventFrame frame = isFrame ? EventFrame.of(bytes) : null;
        if (frame != null) {
            Map<String, Object> shown = new LinkedHashMap<>();
            Map<String, String> headers = new LinkedHashMap<>();
            frame.headers().forEach((name, value) -> headers.put(name, scrubber.text(value)));
            shown.put(HEADERS, headers);
            shown.put(PAYLOAD, scrubber.text(frame.payload()));
            return shown;
        }
        try {
            return scrubber.text(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            String latin = new String(bytes, ISO_8859_1);
            if (!scrubber.text(latin).equals(latin)) {
                throw new IllegalStateException("A binary body contains what must be scrubbed, so it cannot be saved.");
            }
            return Map.of(BASE64, Base64.getEncoder().encodeToString(bytes));
        }
    }

    /** The bytes of a part. */
    static byte[] bytes(@Nullable Object part) {
        if (part instanceof String text) {
            return text.getBytes(UTF_8);
        } else if (part instanceof Map<?, ?> map && map.get(BASE64) instanceof String base64) {
            return Base64.getDecoder().decode(base64);
        } else if (part instanceof Map<?, ?> map
                && map.get(HEADERS) instanceof Map<?, ?> headers
                && map.get(PAYLOAD) instanceof String payload) {
            Map<String, String> texts = new LinkedHashMap<>();
            headers.forEach((name, value) -> texts.put((String) name, (String) value));
            return new EventFrame(texts, payload).bytes();
        }
        throw new IllegalArgumentException("a part of an answer is a text, a frame or base64, and not " + part);
    }
}
