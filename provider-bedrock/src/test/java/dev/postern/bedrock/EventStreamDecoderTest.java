package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.http.Decoder;
import dev.postern.http.Decoder.Phase;
import dev.postern.testkit.EverySplit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of the event stream: lengths, checksums, headers, and streams that end too early. */
class EventStreamDecoderTest {
    private static final byte[] SAMPLE = Frames.join(
            Frames.start(),
            Frames.text(0, "Hel"),
            Frames.text(0, "lo"),
            Frames.event("contentBlockStop", "{\"contentBlockIndex\":0}"),
            Frames.stop("end_turn"),
            Frames.usage(3, 2));
    private static final List<String> EVENTS =
            List.of("text \"Hel\"", "text \"lo\"", "stop END_TURN asked", "usage input 3 output 2");

    @Test
    void theEventsAreTheSameAtEverySplit() {
        assertThat(withoutMetadata(ConverseReplay.atEverySplit(SAMPLE))).isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x80, 0x20, 0xFF})
    void aCorruptByteAnywhereIsAProtocolFailure(int flip) {
        for (int at = 0; at < SAMPLE.length; at++) {
            byte[] corrupt = SAMPLE.clone();
            corrupt[at] ^= (byte) flip;
            for (int size : new int[] {1, SAMPLE.length}) {
                EverySplit.Outcome<StreamEvent> outcome =
                        EverySplit.inPieces(corrupt, size, ConverseReplay.decoder(ConverseReplay.MAX_FRAME));
                assertThat(outcome.failure()).as("byte " + at).startsWith("PROTOCOL: The event stream is corrupt");
                assertThat(outcome.items()).as("byte " + at).noneMatch(StreamEvent.MessageStop.class::isInstance);
            }
        }
    }

    @Test
    void aMissingOrAdditionalByteAnywhereIsAFailure() {
        for (int at = 0; at < SAMPLE.length; at++) {
            byte[] head = Arrays.copyOf(SAMPLE, at);
            byte[] fewer = Frames.join(head, Arrays.copyOfRange(SAMPLE, at + 1, SAMPLE.length));
            byte[] more = Frames.join(head, new byte[] {0x55}, Arrays.copyOfRange(SAMPLE, at, SAMPLE.length));
            // A last frame that lacks a byte is incomplete. In other frames the checksum is wrong.
            assertThat(failure(fewer)).as("without byte " + at).matches("(PROTOCOL|INCOMPLETE_STREAM): .*");
            assertThat(failure(more)).as("a byte before byte " + at).matches("(PROTOCOL|INCOMPLETE_STREAM): .*");
        }
    }

    @Test
    void aStreamThatEndsTooEarlyIsIncomplete() {
        int answered = SAMPLE.length - Frames.usage(3, 2).length;
        for (int length = 0; length < SAMPLE.length; length++) {
            String failure = failure(Arrays.copyOf(SAMPLE, length));
            if (length == answered) { // the answer is complete, without usage
                assertThat(failure).isEmpty();
            } else {
                assertThat(failure).as("the first " + length).startsWith("INCOMPLETE_STREAM: ");
            }
        }
    }

    @Test
    void isDoneWithTheMetadataAndAnsweredWithTheStop() {
        Decoder<StreamEvent> decoder = ConverseReplay.decoder(ConverseReplay.MAX_FRAME);
        List<StreamEvent> events = new ArrayList<>();
        decoder.decode(ByteBuffer.wrap(Frames.start()), events::add);
        assertThat(decoder.phase()).isEqualTo(Phase.OPEN);
        decoder.decode(ByteBuffer.wrap(Frames.stop("end_turn")), events::add);
        assertThat(decoder.phase()).isEqualTo(Phase.ANSWERED);
        decoder.decode(ByteBuffer.wrap(Frames.usage(1, 1)), events::add);
        assertThat(decoder.phase()).isEqualTo(Phase.DONE);
        assertThat(events).isEmpty();
        decoder.end(events::add);
        assertThat(events).hasSize(2);
    }

    @Test
    void headersOfAllTypesAreSkipped() {
        byte[] headers = Frames.join(
                Frames.header("true", 0, new byte[0]),
                Frames.header("false", 1, new byte[0]),
                Frames.header("byte", 2, new byte[1]),
                Frames.header("short", 3, new byte[2]),
                Frames.header("int", 4, new byte[4]),
                Frames.header("long", 5, new byte[8]),
                Frames.header("bytes", 6, new byte[] {0, 3, 1, 2, 3}),
                Frames.header("string", 7, new byte[] {0, 1, 'x'}),
                Frames.header("timestamp", 8, new byte[8]),
                Frames.header("uuid", 9, new byte[16]),
                Frames.header(":event-type", 6, new byte[] {0, 1, 'x'}), // a name that is read, but not a string
                Frames.header("", 7, new byte[] {0, 0}),
                Frames.headers("n".repeat(255), "v".repeat(40_000)),
                Frames.headers(":message-type", "event", ":event-type", "contentBlockDelta"));
        byte[] frame = Frames.frame(headers, Frames.utf8("{\"delta\":{\"text\":\"Hi\"}}"));
        assertThat(decode(frame)).containsExactly(new ContentDelta("Hi"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 127, 128, 255})
    void aHeaderOfUnknownTypeIsAProtocolFailure(int type) {
        assertFails(Frames.frame(Frames.header("x", type, new byte[8]), new byte[0]), "unknown type");
    }

    @Test
    void aHeaderLongerThanAllHeadersIsAProtocolFailure() {
        byte[] whole = Frames.join(
                Frames.headers("name", "value"),
                Frames.header("i", 4, new byte[4]),
                Frames.header("t", 0, new byte[0]));
        int passes = 0;
        for (int length = 1; length < whole.length; length++) {
            byte[] headers = Arrays.copyOf(whole, length);
            // The payload is long enough for the missing bytes, so only the length of the headers shows the error.
            byte[] frame = Frames.frame(headers, new byte[300]);
            if (length == 13 || length == 20) { // between two headers
                passes++;
                assertThat(decode(frame)).isEmpty();
            } else {
                assertFails(frame, "a header that is longer than all headers");
            }
        }
        assertThat(passes).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 0",
        "-1, 0",
        "-2147483648, 0",
        "1048577, 0", // one byte above the limit
        "1048576, 131073",
        "1048576, -1",
        "15, 0",
        "0, 0",
        "16, 1",
        "100, 85"
    })
    void invalidLengthsFailAtOnce(int total, int headers) {
        byte[] prelude = Arrays.copyOf(Frames.frame(total, headers, new byte[0], new byte[0]), 12);
        Decoder<StreamEvent> decoder = ConverseReplay.decoder(ConverseReplay.MAX_FRAME);
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(prelude), event -> {}))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessageContaining("a frame of " + Integer.toUnsignedString(total) + " bytes");
    }

    @Test
    void aCorruptPreludeFailsBeforeTheFrameIsComplete() {
        byte[] prelude = Arrays.copyOf(Frames.text(0, "x"), 12);
        prelude[3]++;
        Decoder<StreamEvent> decoder = ConverseReplay.decoder(ConverseReplay.MAX_FRAME);
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(prelude), event -> {}))
                .hasMessageContaining("a wrong checksum of a prelude");
    }

    @Test
    void theLargestAndTheSmallestFrameAreRead() {
        byte[] small = Frames.frame(new byte[0], new byte[0]);
        byte[] frame = Frames.text(0, "x".repeat(100_000));
        byte[] all = Frames.join(small, Frames.text(0, "a"), frame, Frames.text(0, "b"));
        for (int size : new int[] {1000, 4096, 65_537, all.length}) {
            assertThat(EverySplit.inPieces(all, size, ConverseReplay.decoder(frame.length))
                            .items())
                    .hasSize(3);
        }
        assertThat(EverySplit.inPieces(all, 4096, ConverseReplay.decoder(frame.length - 1))
                        .failure())
                .startsWith("PROTOCOL: ");
    }

    /** A decoder that copies the buffer for each piece would need minutes. */
    @Test
    @Timeout(30)
    void aLargeFrameInSmallPiecesTakesLinearTime() {
        byte[] frame = Frames.text(0, "x".repeat(4_000_000));

        assertThat(EverySplit.inPieces(frame, 1, ConverseReplay.decoder(frame.length))
                        .items())
                .hasSize(1);
    }

    @Test
    void unknownEventsAndMembersAreSkipped() {
        byte[] stream = Frames.join(
                Frames.event("initial-response", ""),
                Frames.event("somethingNew", "no JSON at all"),
                Frames.frame(Frames.headers(":message-type", "news", ":event-type", "messageStop"), new byte[] {1}),
                Frames.event(
                        "contentBlockStart", "{\"contentBlockIndex\":0,\"start\":{\"image\":{\"format\":\"png\"}}}"),
                Frames.event(
                        "contentBlockDelta",
                        "{\"new\":[{\"a\":1}],\"delta\":{\"video\":{\"text\":\"no\"},\"text\":\"yes\"},\"p\":\"aaa\"}"),
                Frames.event(
                        "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"citation\":{\"title\":\"t\"}}}"),
                Frames.event(
                        "contentBlockDelta",
                        "{\"delta\":{\"toolResult\":[{\"text\":\"no\"}]},\"contentBlockIndex\":1}"),
                Frames.stop("end_turn"),
                Frames.usage(3, 2));
        assertThat(withoutMetadata(ConverseReplay.atEverySplit(stream)))
                .containsExactly("text \"yes\"", "stop END_TURN asked", "usage input 3 output 2");
    }

    @ParameterizedTest
    @CsvSource({
        "internalServerException, SERVER, true",
        "modelStreamErrorException, SERVER, true",
        "validationException, INVALID_REQUEST, false",
        "throttlingException, RATE_LIMITED, true",
        "ThrottlingException, RATE_LIMITED, true",
        "serviceUnavailableException, OVERLOADED, true",
        "modelTimeoutException, TIMEOUT, true",
        "somethingNewException, SERVER, true"
    })
    void anExceptionInTheStreamHasItsKind(String type, Kind kind, boolean retryable) {
        for (byte[] frame : List.of(
                Frames.exception(type, "{\"message\":\"Too bad\",\"p\":\"abc\"}"),
                Frames.exception(type, "{\"Message\":\"Too bad\"}"),
                Frames.exception(type, "Too bad"),
                Frames.error(type, "Too bad"))) {
            byte[] stream = Frames.join(Frames.start(), frame);
            assertThatThrownBy(() -> decode(stream)).isInstanceOfSatisfying(LlmException.class, e -> {
                assertThat(e.kind()).isEqualTo(kind);
                assertThat(e.retryable()).isEqualTo(retryable);
                assertThat(e.code()).isEqualTo(type);
                assertThat(e.serverMessage()).isEqualTo("Too bad");
                assertThat(e.backend()).isEqualTo("test");
                assertThat(e.model()).isEqualTo("asked");
                assertThat(e).hasMessageStartingWith("'test' (model asked) failed during the answer: Too bad.");
            });
        }
    }

    @Test
    void anExceptionWithoutAMessageNamesItsType() {
        assertThatThrownBy(() -> decode(Frames.exception("throttlingException", "{}")))
                .hasMessage("'test' (model asked) failed during the answer: throttlingException.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "no", "{\"delta\":{\"text\":\"a\"}", "{} {}"})
    void anEventThatIsNotJsonIsAProtocolFailure(String payload) {
        assertThat(ConverseReplay.atEverySplit(Frames.event("contentBlockDelta", payload)))
                .last()
                .asString()
                .startsWith(
                        "error PROTOCOL - -: 'test' (model asked) sent an event 'contentBlockDelta' that is not JSON"
                                + " ('" + payload + "').");
    }

    private static List<StreamEvent> decode(byte[] bytes) {
        List<StreamEvent> events = new ArrayList<>();
        ConverseReplay.decoder(ConverseReplay.MAX_FRAME).decode(ByteBuffer.wrap(bytes), events::add);
        return events;
    }

    private static String failure(byte[] bytes) {
        return EverySplit.inPieces(bytes, bytes.length + 1, ConverseReplay.decoder(ConverseReplay.MAX_FRAME))
                .failure();
    }

    private static void assertFails(byte[] frame, String reason) {
        assertThatThrownBy(() -> decode(frame))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessageContaining(reason);
    }

    private static List<String> withoutMetadata(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(" \\{.*", "")).toList();
    }
}
