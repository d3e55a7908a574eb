package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.openai.ServerProfile.ToolIdRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The limits for the tool calls of one answer. The golden streams test how they are assembled. */
class ToolCallAssemblerTest {
    private final ToolCallAssembler tools =
            new ToolCallAssembler(new ToolIds(ToolIdRule.ANY), () -> "call_new", "test", 16 << 20);

    @Test
    void limitsTheSizeOfArguments() {
        String piece = "x".repeat(1 << 20);
        ToolFragment fragment = fragment(0, piece);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        tools.add(fragment, event -> {});
                    }
                })
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e).hasMessageContaining("16777216 characters of arguments");
                });
    }

    @Test
    void countsNamesAndIds() {
        assertThatThrownBy(() -> {
                    for (int call = 0; call < 100; call++) {
                        ToolFragment fragment = fragment(call, "");
                        fragment.name = "f".repeat(1 << 20);
                        tools.add(fragment, event -> {});
                    }
                })
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("if the answer is valid, raise max_event_bytes.");
    }

    /** Formerly all arguments were parsed again for each piece, which took minutes. */
    @Test
    void invalidArgumentsAreNotParsedAgain() {
        tools.add(fragment(0, "{\"a\":\"" + "x".repeat(8 << 20) + "\"}"), event -> {});
        ToolFragment more = fragment(0, "{}");

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int i = 0; i < 100_000; i++) {
                tools.add(more, event -> {});
            }
        });
    }

    @Test
    void countsTheArgumentsOfAllCallsTogether() {
        assertThatThrownBy(() -> {
                    for (int call = 0; call < 100; call++) {
                        tools.add(fragment(call, "x".repeat(1 << 20)), event -> {});
                    }
                })
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL));
    }

    @Test
    void limitsTheNumberOfCalls() {
        assertThatThrownBy(() -> {
                    for (int call = 0; call < 100_000; call++) {
                        tools.add(fragment(call, ""), event -> {});
                    }
                })
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
                    assertThat(e).hasMessageContaining("1024 tool calls");
                });
    }

    @Test
    void indexesBeyond32BitsAreDistinct() {
        List<ToolCall> calls = new ArrayList<>();
        for (long index = 5_000_000_000L; index < 5_000_000_002L; index++) {
            tools.add(fragment(index, ""), event -> {});
        }
        for (long index = 5_000_000_000L; index < 5_000_000_002L; index++) {
            ToolFragment rest = new ToolFragment();
            rest.index = index;
            rest.arguments = "{\"n\":" + index + "}";
            tools.add(rest, event -> {});
        }
        tools.complete(false, event -> {
            if (event instanceof StreamEvent.ToolCallComplete complete) {
                calls.add(complete.call());
            }
        });
        assertThat(calls)
                .extracting(ToolCall::input)
                .containsExactly(Map.of("n", 5_000_000_000L), Map.of("n", 5_000_000_001L));
    }

    private static ToolFragment fragment(long index, String arguments) {
        ToolFragment fragment = new ToolFragment();
        fragment.index = index;
        fragment.id = "call_" + index;
        fragment.name = "f";
        fragment.arguments = arguments;
        return fragment;
    }
}
