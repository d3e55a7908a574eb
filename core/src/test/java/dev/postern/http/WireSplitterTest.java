package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireSplitterTest {
    private static List<String> split(String type, int most, byte[] body, int chunk) {
        List<String> parts = new ArrayList<>();
        WireSplitter splitter = new WireSplitter(
                type,
                most,
                (title, bytes, from, to, missing) -> parts.add(
                        title + new String(bytes, from, to - from, UTF_8) + (missing > 0 ? "+" + missing : "")));
        for (int at = 0; at < body.length; at += chunk) {
            splitter.bytes(ByteBuffer.wrap(body, at, Math.min(chunk, body.length - at)));
        }
        splitter.end();
        return parts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void eventsAreDividedAtEmptyLines(int chunk) {
        String body = "\n: hi\n\ndata: a\r\ndata: b\r\n\r\nevent: x\rdata: c\r\r\n\n\ndata: [DONE]\n\ndata: cu";

        assertThat(split("text/event-stream", 100, body.getBytes(UTF_8), chunk))
                .containsExactly(": hi", "data: a\ndata: b", "event: x\ndata: c", "data: [DONE]", "(cut) data: cu");
        assertThat(split("text/event-stream", 6, body.getBytes(UTF_8), chunk))
                .containsExactly(": hi", "data: +9", "event:+10", "data: +6", "(cut) data: +2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1000})
    void framesShowTheirHeaders(int chunk) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(frame("{\"text\":\"a\"}"));
        body.writeBytes(frame("x".repeat(5000)));
        body.write(1);

        assertThat(split("application/vnd.amazon.eventstream", 100, body.toByteArray(), chunk))
                .hasSize(3)
                .satisfies(parts -> {
                    assertThat(parts.get(0)).isEqualTo(":event-type=delta :n=v {\"text\":\"a\"}");
                    assertThat(parts.get(1))
                            .startsWith(":event-type=delta :n=v xxx")
                            .contains("x+");
                    assertThat(parts.get(2)).startsWith("(cut) ");
                });
    }

    /** What is no frame is not shown as one, and ends no call. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void brokenFramesAreHarmless(int chunk) {
        byte[] body = new byte[2000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }

        assertThat(split("application/vnd.amazon.eventstream", 10, body, chunk)).isNotEmpty();
        assertThat(split("application/vnd.amazon.eventstream", 10, new byte[64], chunk))
                .allMatch(part -> part.startsWith("(not a frame) ") || part.startsWith("(cut) "));
    }

    private static byte[] frame(String payload) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        for (String[] header : new String[][] {{":event-type", "delta"}, {":n", "v"}}) {
            headers.write(header[0].length());
            headers.writeBytes(header[0].getBytes(UTF_8));
            headers.write(7);
            headers.write(0);
            headers.write(header[1].length());
            headers.writeBytes(header[1].getBytes(UTF_8));
        }
        byte[] text = payload.getBytes(UTF_8);
        return ByteBuffer.allocate(16 + headers.size() + text.length)
                .putInt(16 + headers.size() + text.length)
                .putInt(headers.size())
                .putInt(0)
                .put(headers.toByteArray())
                .put(text)
                .putInt(0)
                .array();
    }
}
