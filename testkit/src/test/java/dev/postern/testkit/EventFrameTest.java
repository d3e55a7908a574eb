package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** That AWS's own reader accepts the frames is shown in provider-bedrock. */
class EventFrameTest {

    @Test
    void whatIsWrittenIsReadAgain() {
        EventFrame frame = EventFrame.event("contentBlockDelta", "{\"delta\":{\"text\":\"Zürich\"}}");

        byte[] bytes = frame.bytes();

        assertThat(EventFrame.lengthAt(bytes, 0)).isEqualTo(bytes.length);
        assertThat(EventFrame.of(bytes)).isEqualTo(frame);
    }

    @Test
    void otherBytesAreNoFrame() {
        byte[] bytes = EventFrame.event("messageStart", "{}").bytes();
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 0x41;
            assertThat(EventFrame.of(changed)).as("byte " + at).isNull();
        }
        assertThat(EventFrame.of(new byte[0])).isNull();
        assertThat(EventFrame.of(new byte[40])).isNull();
        assertThat(EventFrame.lengthAt(bytes, bytes.length - 3)).isZero();
    }
}
