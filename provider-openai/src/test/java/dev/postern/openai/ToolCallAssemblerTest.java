package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.openai.ServerProfile.ToolIdRule;
import org.junit.jupiter.api.Test;

/** What the tool calls of one answer may amount to. How they are put together is in the golden streams. */
class ToolCallAssemblerTest {
    private final ToolCallAssembler tools =
            new ToolCallAssembler(new ToolIds(ToolIdRule.ANY), () -> "call_new", "test");

    @Test
    void refusesArgumentsThatNeverEnd() {
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
    void refusesCallsThatNeverEnd() {
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

    private static ToolFragment fragment(int index, String arguments) {
        ToolFragment fragment = new ToolFragment();
        fragment.index = index;
        fragment.id = "call_" + index;
        fragment.name = "f";
        fragment.arguments = arguments;
        return fragment;
    }
}
