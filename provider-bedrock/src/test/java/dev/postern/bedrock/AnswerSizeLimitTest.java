package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The data that a reader keeps of an answer has a limit in total, also if it comes in small pieces. */
class AnswerSizeLimitTest {
    private static final String START =
            "{\"contentBlockIndex\":%d,\"start\":{\"toolUse\":{\"toolUseId\":\"t%d\",\"name\":\"f\"}}}";
    private static final String INPUT = "{\"contentBlockIndex\":0,\"delta\":{\"toolUse\":{\"input\":\"%s\"}}}";
    private static final String SIGNATURE =
            "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"%s\":\"%s\"}}}";
    private static final String OTHER = "{\"contentBlockIndex\":0,\"delta\":%s}";
    private static final String LONG = "x".repeat(1000);

    /** Streams without end, as functions from the number of an event to its bytes. */
    static List<IntFunction<byte[]>> unbounded() {
        return List.of(
                i -> Frames.event("contentBlockStart", String.format(START, i, i)),
                i -> i == 0 ? start() : Frames.event("contentBlockDelta", String.format(INPUT, LONG)),
                i -> i == 0 ? start() : Frames.event("contentBlockDelta", String.format(INPUT, "{}  ")),
                i -> Frames.event("contentBlockDelta", String.format(SIGNATURE, "signature", LONG)),
                i -> Frames.event("contentBlockDelta", String.format(SIGNATURE, "redactedContent", LONG)));
    }

    /** Streams without end whose content is kept only if the request asks for server fields. */
    static List<IntFunction<byte[]>> unboundedServerFields() {
        return List.of(
                i -> Frames.event(
                        "contentBlockDelta", String.format(OTHER, "{\"image\":{\"source\":\"" + LONG + "\"}}")),
                i -> Frames.event("contentBlockDelta", String.format(OTHER, "{\"citation\":{}}")),
                i -> Frames.text(0, LONG),
                i -> Frames.text(i, "x"),
                i -> Frames.event("metadata", "{\"field" + i + "\":\"" + LONG + "\"}"));
    }

    private static byte[] start() {
        return Frames.event("contentBlockStart", String.format(START, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("unbounded")
    void failsAtTheLimit(IntFunction<byte[]> events) {
        assertFailsAtTheLimit(events, ConverseReplay.decoder(ConverseReplay.MAX_FRAME));
    }

    @ParameterizedTest
    @MethodSource("unboundedServerFields")
    void failsAtTheLimitWithServerFields(IntFunction<byte[]> events) {
        assertFailsAtTheLimit(events, ConverseReplay.decoderWithServerFields());
    }

    private static void assertFailsAtTheLimit(IntFunction<byte[]> events, Decoder<StreamEvent> decoder) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1 << 20; i++) {
                        decoder.decode(ByteBuffer.wrap(events.apply(i)), event -> {});
                    }
                })
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessageContaining("max_response_bytes");
    }

    @Test
    void textIsNotKeptAndHasNoLimit() {
        Decoder<StreamEvent> decoder = ConverseReplay.decoder(ConverseReplay.MAX_FRAME);
        for (int i = 0; i < 2000; i++) {
            decoder.decode(ByteBuffer.wrap(Frames.text(0, LONG)), event -> {});
        }
        assertThat(decoder.phase()).isEqualTo(Decoder.Phase.OPEN);
    }
}
