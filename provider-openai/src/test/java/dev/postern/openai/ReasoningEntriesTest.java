package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasoningEntriesTest {

    /** Each piece is compared with all entries. For a million entries, this would take hours. */
    @Test
    void haveAMaximumNumber() {
        ReasoningEntries entries = new ReasoningEntries();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        entries.add(JsonObject.of(Map.of("type", "reasoning.text", "index", i)));
                    }
                })
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessageContaining("4096 entries of reasoning");
    }
}
