package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartialToolCallTest {
    private final PartialToolCall call = new PartialToolCall(0);

    private void append(String arguments) {
        ToolFragment part = new ToolFragment();
        part.name = "f";
        part.id = "c";
        part.arguments = arguments;
        call.append(part);
    }

    /** Each piece ends with a bracket. Parsing all arguments after each piece would take an hour. */
    @Test
    @Timeout(60)
    void bracketsInALongTextAreReadInLinearTime() {
        append("{\"code\":\"");
        for (int i = 0; i < 500_000; i++) {
            append("{}");
        }
        append("\"}");

        List<StreamEvent> events = new ArrayList<>();
        call.complete(new ToolIds(ServerProfile.ToolIdRule.ANY), () -> "id", "openai/test", false, events::add);

        ToolCall whole = ((StreamEvent.ToolCallComplete) events.get(events.size() - 1)).call();
        assertThat(whole.input()).isEqualTo(Map.of("code", "{}".repeat(500_000)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":1}|true",
                "{\"a\":\"}\"}|true",
                "{\"a\":\"\\\"}|false",
                "{\"a\":\"\\\\\"}|true",
                "{\"a\":{}|false",
                "{\"a\":[}|false",
                "{}}|false",
                "}{}|false"
            })
    void isWholeIfTheArgumentsAreAnObject(String arguments, boolean whole) {
        for (String piece : arguments.split("")) {
            append(piece);
        }
        assertThat(call.arguments().isWhole()).isEqualTo(whole);
    }
}
