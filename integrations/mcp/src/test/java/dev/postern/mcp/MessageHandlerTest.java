package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.Decoder.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageHandlerTest {
    @Test
    void aStreamWithoutARequestStaysOpenAndMayEnd() {
        MessageHandler handler = new MessageHandler("srv", null);
        List<Incoming> messages = new ArrayList<>();

        handler.end(messages::add);

        // The transport waits a few seconds only for the end of an answer that is complete.
        assertThat(handler.phase()).isEqualTo(Phase.OPEN);
        assertThat(messages).isEmpty();
    }
}
