package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.json.Json;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/** Compares the decoder with AWS's own library: it reads what AWS writes and rejects what AWS rejects. */
class EventStreamComparisonTest {
    private static final int MESSAGES = 5000;

    private final Random random = new Random(20260301);

    @Test
    void readsMessagesThatAwsWrites() {
        for (int i = 0; i < MESSAGES; i++) {
            String text = text();
            byte[] payload = Frames.utf8("{\"delta\":{\"text\":" + Json.text(text) + "}}");
            byte[] frame = bytes(new Message(headers("contentBlockDelta"), payload));
            assertThat(decode(frame)).as("message " + i).isEqualTo(List.of(new StreamEvent.ContentDelta(text)));
        }
    }

    @Test
    void readsTheSameHeadersAndPayloadAsAws() {
        FrameHeaders actual = new FrameHeaders();
        for (int i = 0; i < MESSAGES; i++) {
            String type = text();
            byte[] frame = bytes(new Message(headers(type), random.nextInt(3) == 0 ? new byte[0] : random()));
            Message expected = Message.decode(ByteBuffer.wrap(frame));
            int headerBytes = ByteBuffer.wrap(frame).getInt(4);
            actual.read(frame, 12, headerBytes);
            assertThat(actual.type())
                    .isEqualTo(expected.getHeaders().get(":event-type").getString());
            assertThat(actual.messageType())
                    .isEqualTo(expected.getHeaders().get(":message-type").getString());
            assertThat(Arrays.copyOfRange(frame, 12 + headerBytes, frame.length - 4))
                    .isEqualTo(expected.getPayload());
        }
    }

    @Test
    void splitsAStreamLikeAws() {
        for (int i = 0; i < 100; i++) {
            List<String> texts = new ArrayList<>();
            byte[] stream = new byte[0];
            for (int n = random.nextInt(20); n >= 0; n--) {
                texts.add(text());
                byte[] payload = Frames.utf8("{\"delta\":{\"text\":" + Json.text(texts.get(texts.size() - 1)) + "}}");
                stream = Frames.join(stream, bytes(new Message(headers("contentBlockDelta"), payload)));
            }
            EventStreamDecoder decoder = (EventStreamDecoder) ConverseReplay.decoder(ConverseReplay.MAX_FRAME);
            MessageDecoder aws = new MessageDecoder();
            List<StreamEvent> events = new ArrayList<>();
            int expected = 0;
            for (int at = 0; at < stream.length; ) {
                byte[] piece = Arrays.copyOfRange(stream, at, Math.min(stream.length, at + 1 + random.nextInt(700)));
                decoder.decode(ByteBuffer.wrap(piece), events::add);
                aws.feed(piece);
                expected += aws.getDecodedMessages().size();
                assertThat(events).hasSize(expected);
                at += piece.length;
            }
            assertThat(events)
                    .isEqualTo(texts.stream().map(StreamEvent.ContentDelta::new).toList());
        }
    }

    @Test
    void rejectsTheCorruptMessagesThatAwsRejects() {
        for (int i = 0; i < MESSAGES; i++) {
            byte[] frame =
                    bytes(new Message(headers("contentBlockDelta"), Frames.utf8("{\"delta\":{\"text\":\"x\"}}")));
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThat(isAccepted(frame)).as(Arrays.toString(frame)).isEqualTo(isAcceptedByAws(frame));
        }
    }

    /**
     * AWS's library does not write the values of bytes and shorts (1.0.1), so this test writes these headers itself.
     */
    @Test
    void readsBytesAndShortsLikeAws() {
        for (int i = 0; i < 1000; i++) {
            byte[] headers = Frames.join(
                    Frames.header("byte", 2, new byte[] {(byte) i}),
                    Frames.headers(":message-type", "event"),
                    Frames.header("short", 3, new byte[] {(byte) (i >> 3), (byte) i}),
                    Frames.headers(":event-type", "type-" + i));
            byte[] frame = Frames.frame(headers, Frames.utf8("{}"));
            Message expected = Message.decode(ByteBuffer.wrap(frame));
            FrameHeaders actual = new FrameHeaders();
            actual.read(frame, 12, headers.length);
            assertThat(expected.getHeaders().get("byte").getByte()).isEqualTo((byte) i);
            assertThat(expected.getHeaders().get(":event-type").getString()).isEqualTo("type-" + i);
            assertThat(actual.type()).isEqualTo("type-" + i);
            assertThat(actual.messageType()).isEqualTo("event");
        }
    }

    @Test
    void awsReadsTheFramesOfTheseTests() {
        Message message = Message.decode(ByteBuffer.wrap(Frames.event("messageStop", "{\"stopReason\":\"end_turn\"}")));
        assertThat(message.getHeaders().get(":event-type").getString()).isEqualTo("messageStop");
        assertThat(message.getPayload()).isEqualTo(Frames.utf8("{\"stopReason\":\"end_turn\"}"));
    }

    private static boolean isAccepted(byte[] frame) {
        try {
            return decode(frame).size() == 1;
        } catch (LlmException e) {
            assertThat(e.kind()).isEqualTo(LlmException.Kind.PROTOCOL);
            return false;
        }
    }

    private static boolean isAcceptedByAws(byte[] frame) {
        try {
            Message.decode(ByteBuffer.wrap(frame));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static List<StreamEvent> decode(byte[] frame) {
        List<StreamEvent> events = new ArrayList<>();
        ConverseReplay.decoder(ConverseReplay.MAX_FRAME).decode(ByteBuffer.wrap(frame), events::add);
        return events;
    }

    private static byte[] bytes(Message message) {
        ByteBuffer buffer = message.toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** The two headers that are read, among up to ten others. */
    private Map<String, HeaderValue> headers(String eventType) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        int before = random.nextInt(6);
        for (int i = 0; i < before; i++) {
            headers.put("before-" + i, value());
        }
        headers.put(":event-type", HeaderValue.fromString(eventType));
        for (int i = random.nextInt(6); i > 0; i--) {
            headers.put("after-" + i, value());
        }
        headers.put(":message-type", HeaderValue.fromString("event"));
        return headers;
    }

    private HeaderValue value() {
        return switch (random.nextInt(7)) {
            case 0 -> HeaderValue.fromBoolean(random.nextBoolean());
            case 1 -> HeaderValue.fromInteger(random.nextInt());
            case 2 -> HeaderValue.fromLong(random.nextLong());
            case 3 -> HeaderValue.fromByteArray(random());
            case 4 -> HeaderValue.fromString(text());
            case 5 -> HeaderValue.fromTimestamp(Instant.ofEpochMilli(random.nextLong() >> 20));
            default -> HeaderValue.fromUuid(new UUID(random.nextLong(), random.nextLong()));
        };
    }

    private byte[] random() {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(40); i > 0; i--) {
            text.appendCodePoint("aZ0 \"\\/\n\u00e9\u6f22".charAt(random.nextInt(10)));
        }
        return random.nextInt(4) == 0 ? text + "\ud83d\ude42" : text.toString();
    }
}
