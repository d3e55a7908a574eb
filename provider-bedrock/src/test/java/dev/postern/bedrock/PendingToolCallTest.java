package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The emitted fragments together are the input of the call, for every way in which the input comes. */
class PendingToolCallTest {
    private static final List<String> PLACEHOLDERS = List.of("", "{}", " { }\n", "{}{}", "  ");
    private static final List<Map<String, ?>> INPUTS = List.of(
            Map.of(), Map.of("a", Map.of()), Map.of("a", "{}"), Map.of("a", List.of(Map.of(), 1)), Map.of("", ""));

    @Test
    void placeholdersBeforeTheInputAreDroppedInAnyPieces() {
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            Map<String, ?> input = INPUTS.get(random.nextInt(INPUTS.size()));
            String text = PLACEHOLDERS.get(random.nextInt(PLACEHOLDERS.size())) + Json.text(input);
            List<StreamEvent> events = new ArrayList<>();
            PendingToolCall call = new PendingToolCall("id", "f", false);
            for (int from = 0, to; from < text.length(); from = to) {
                to = Math.min(text.length(), from + 1 + random.nextInt(4));
                call.append(text.substring(from, to), false, events::add);
            }
            call.complete(false, events::add);

            assertThat(call(events)).as(text).isEqualTo(ToolCall.of("id", "f", input));
            assertThat(Json.parse(emitted(events)))
                    .as(text)
                    .isEqualTo(call(events).input());
        }
    }

    @Test
    void inputThatIsNotAnObjectIsEmittedUnchanged() {
        for (String text : List.of("{}x", "[1]", "{", "\"a\"", "{} {", "null", "{}[]")) {
            List<StreamEvent> events = new ArrayList<>();
            PendingToolCall call = new PendingToolCall("id", "f", false);
            text.chars().forEach(c -> call.append(String.valueOf((char) c), false, events::add));
            call.complete(false, events::add);

            assertThat(call(events).malformedInput()).as(text).isTrue();
            assertThat(call(events).input()).as(text).isEqualTo(Map.of(ToolCall.RAW, emitted(events)));
        }
    }

    private static String emitted(List<StreamEvent> events) {
        StringBuilder emitted = new StringBuilder();
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.ToolCallDelta delta) {
                emitted.append(delta.delta());
            }
        }
        return emitted.toString();
    }

    private static ToolCall call(List<StreamEvent> events) {
        return ((StreamEvent.ToolCallComplete) events.get(events.size() - 1)).call();
    }
}
