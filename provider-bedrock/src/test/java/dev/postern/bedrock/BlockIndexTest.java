package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The events of a stream belong to the block that their index names. */
class BlockIndexTest {
    private static final long FIRST = 5_000_000_000L;
    private static final long SECOND = FIRST + (1L << 32); // has the same lower 32 bits

    @Test
    void indexesBeyond32BitsAreDistinct() {
        byte[] stream = Frames.join(
                Frames.start(),
                call(FIRST),
                call(SECOND),
                input(FIRST, "{\\\"n\\\":"),
                input(FIRST, "1"),
                input(SECOND, "{\\\"n\\\":"),
                input(SECOND, "2"),
                input(FIRST, "}"),
                input(SECOND, "}"),
                Frames.stop("tool_use"));

        assertThat(ConverseReplay.fold(stream).toolCalls())
                .extracting(ToolCall::input)
                .containsExactly(Map.of("n", 1), Map.of("n", 2));
    }

    @Test
    void signaturesOfIndexesBeyond32BitsAreNotJoined() {
        byte[] stream = Frames.join(
                Frames.start(),
                delta(FIRST, "{\"reasoningContent\":{\"signature\":\"a\"}}"),
                delta(SECOND, "{\"reasoningContent\":{\"signature\":\"b\"}}"),
                Frames.stop("end_turn"));

        assertThat(ConverseReplay.at(stream))
                .filteredOn(line -> line.contains("ab"))
                .isEmpty();
        assertThat(ConverseReplay.at(stream)).hasSize(3);
    }

    @Test
    void serverFieldsOfIndexesBeyond32BitsAreNotJoined() {
        byte[] stream = Frames.join(
                Frames.start(),
                delta(FIRST, "{\"image\":{\"format\":\"png\"}}"),
                delta(SECOND, "{\"image\":{\"format\":\"gif\"}}"),
                Frames.stop("end_turn"));

        CompletionResponse answer = ConverseReplay.foldWithServerFields(stream);
        assertThat(answer.serverInfo())
                .containsEntry("image", List.of(Map.of("format", "png"), Map.of("format", "gif")));
    }

    private static byte[] call(long index) {
        return Frames.event(
                "contentBlockStart",
                "{\"contentBlockIndex\":" + index + ",\"start\":{\"toolUse\":{\"toolUseId\":\"t" + index
                        + "\",\"name\":\"f\"}}}");
    }

    private static byte[] input(long index, String text) {
        return delta(index, "{\"toolUse\":{\"input\":\"" + text + "\"}}");
    }

    private static byte[] delta(long index, String json) {
        return Frames.event("contentBlockDelta", "{\"contentBlockIndex\":" + index + ",\"delta\":" + json + "}");
    }
}
