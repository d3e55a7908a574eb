package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.agent.AgentEnd;
import dev.postern.agent.AgentResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentJsonTest {
    private static String result(LlmException... memoryFailures) {
        AgentResult result = new AgentResult(
                "helper",
                "s",
                "Hello",
                AgentEnd.ANSWERED,
                StopReason.END_TURN,
                1,
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(memoryFailures));
        return new String(AgentJson.result(result), StandardCharsets.UTF_8);
    }

    @Test
    void metadataReportsAFailedMemory() {
        assertThat(result(new LlmException(LlmException.Kind.CONNECTION, "The turn could not be stored.")))
                .contains("\"memory_failures\":[\"The turn could not be stored.\"]");
        assertThat(result()).contains("\"metadata\"").doesNotContain("memory_failures");
    }
}
