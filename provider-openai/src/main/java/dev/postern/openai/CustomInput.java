package dev.postern.openai;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.util.Map;

/**
 * The input of a custom tool call, {@code {"type": "custom", "custom": {"name", "input"}}}. The input is plain text,
 * but the arguments of a {@link ToolCall} are an object. So this class writes the text, piece by piece, into the field
 * {@code input} of an object; when the call is sent back, the input is text again.
 */
final class CustomInput {
    static final String TYPE = "type";
    static final String CUSTOM = "custom";
    static final String INPUT = "input";

    private final StringBuilder arguments;
    private char half; // a high surrogate whose low surrogate is still to come; 0 for none

    /** Begins the object. */
    CustomInput(StringBuilder arguments) {
        this.arguments = arguments;
        arguments.setLength(0);
        arguments.append("{\"").append(INPUT).append("\":\"");
    }

    /** More of the text. */
    void append(String text) {
        if (text.isEmpty()) {
            return;
        }
        String piece = half == 0 ? text : half + text;
        char last = piece.charAt(piece.length() - 1);
        half = Character.isHighSurrogate(last) ? last : 0;
        escape(half == 0 ? piece : piece.substring(0, piece.length() - 1));
    }

    private void escape(String text) {
        String quoted = Json.text((Object) text);
        arguments.append(quoted, 1, quoted.length() - 1);
    }

    /** Ends the object. */
    void end() {
        if (half != 0) {
            escape("\uFFFD");
        }
        arguments.append("\"}");
    }

    /** Whether the server sent this call as a custom call. */
    static boolean isCustom(ToolCall call) {
        return CUSTOM.equals(call.providerData().values().get(TYPE));
    }

    /** Writes the call as a custom call with its text. */
    static void write(JsonWriter out, ToolCall call) {
        Map<String, ?> input = call.input();
        Object text = input.get(INPUT);
        out.field(TYPE, CUSTOM)
                .object(
                        CUSTOM,
                        custom -> custom.field("name", call.name())
                                .field(INPUT, text instanceof String plain ? plain : Json.text(input)));
    }
}
