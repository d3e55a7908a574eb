package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.openai.ServerProfile.ToolIdRule;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolIdsTest {

    @ParameterizedTest
    @CsvSource({
        "ANY, anything at all, true",
        "UP_TO_40, 1234567890123456789012345678901234567890, true",
        "UP_TO_40, 12345678901234567890123456789012345678901, false",
        "NINE_ALPHANUMERICS, Ab3dEf9Zz, true",
        "NINE_ALPHANUMERICS, Ab3dEf9Z, false",
        "NINE_ALPHANUMERICS, Ab3dEf9Zzz, false",
        "NINE_ALPHANUMERICS, Ab3dEf9Z_, false",
        "NINE_ALPHANUMERICS, Ab3dEf9Zé, false"
    })
    void keepsAnIdThatTheServerAccepts(ToolIdRule rule, String id, boolean accepted) {
        assertThat(new ToolIds(rule).toWire(id).equals(id)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"call_1", "turn1_0", "toolu_01A09q90qw90lq917835lq9", "é", "x"})
    void alwaysReplacesAnIdByTheSameNineCharacters(String id) {
        String wire = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS).toWire(id);
        assertThat(wire).matches("[a-zA-Z0-9]{9}");
        ToolIds another = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS);
        another.toWire("an id before it");
        assertThat(another.toWire(id)).isEqualTo(wire);
        assertThat(another.toWire(id)).isEqualTo(wire);
    }

    @Test
    void shortensALongIdForOpenAi() {
        assertThat(new ToolIds(ToolIdRule.UP_TO_40).toWire("x".repeat(500))).hasSize(40);
    }

    @Test
    void givesDifferentIdsDifferentReplacements() {
        ToolIds ids = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS);
        Set<String> wire = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            wire.add(ids.toWire("call_" + i));
        }
        assertThat(wire).hasSize(10_000);
    }

    @Test
    void returnsTheOriginalOfASentId() {
        ToolIds ids = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS);
        assertThat(ids.fromWire(ids.toWire("call_1"))).isEqualTo("call_1");
        assertThat(ids.fromWire("Ab3dEf9Zz")).as("an id of the server's own").isEqualTo("Ab3dEf9Zz");
    }

    @Test
    void doesNotUseAnIdThatIsInUse() {
        ToolIds ids = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS);
        String replacement = new ToolIds(ToolIdRule.NINE_ALPHANUMERICS).toWire("call_1");
        // This id equals the replacement of the other one and comes first in the conversation.
        assertThat(ids.toWire(replacement)).isEqualTo(replacement);
        assertThat(ids.toWire("call_1")).isNotEqualTo(replacement);
    }
}
