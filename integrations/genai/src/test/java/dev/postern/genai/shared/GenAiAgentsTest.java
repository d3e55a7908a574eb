package dev.postern.genai.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolOutcome;
import dev.postern.agent.RunListener.ToolStart;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GenAiAgentsTest {
    private static ToolEnd end(ToolOutcome outcome, @Nullable ToolResult result, @Nullable Throwable failure) {
        return new ToolEnd(outcome, Optional.ofNullable(result), Optional.ofNullable(failure), Duration.ZERO);
    }

    @Test
    void theErrorOfAToolCall() {
        assertThat(GenAiAgents.errorType(end(ToolOutcome.RETURNED, ToolResult.of("id", "sunny"), null)))
                .isEmpty();
        assertThat(GenAiAgents.errorType(end(ToolOutcome.RETURNED, ToolResult.error("id", "no city"), null)))
                .isEqualTo("tool_error");
        assertThat(GenAiAgents.errorType(end(ToolOutcome.FAILED, null, new IllegalStateException())))
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(GenAiAgents.errorType(end(ToolOutcome.FAILED, null, null))).isEqualTo("failed");
        assertThat(GenAiAgents.errorType(end(ToolOutcome.NOT_RUN, null, null))).isEqualTo("not_run");
        assertThat(GenAiAgents.errorType(end(ToolOutcome.TIMED_OUT, null, null)))
                .isEqualTo("timed_out");
    }

    private record Started(String description) implements ToolStart {
        @Override
        public ToolCall call() {
            return ToolCall.of("call_1", "weather", Map.of());
        }

        @Override
        public String agent() {
            return "";
        }

        @Override
        public int turn() {
            return 1;
        }

        @Override
        public CallContext context() {
            return CallContext.NONE;
        }

        @Override
        public <T> void carry(CallContext.Key<T> key, T value) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aToolThatAModelInventsHasOneNameInMetrics() {
        assertThat(GenAiAgents.measuredName(new Started("Tells the weather"))).isEqualTo("weather");
        assertThat(GenAiAgents.measuredName(new Started(""))).isEqualTo("unknown");
        assertThat(GenAiAgents.spanName(new Started(""))).isEqualTo("execute_tool weather");
    }
}
