package dev.postern.openai;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one tool call as text: fragments are added, and the new text is taken. Repeated arguments, a
 * placeholder and a double encoding are recognised.
 */
final class CallArguments {
    private final StringBuilder text = new StringBuilder();
    private final BracketCounter brackets = new BracketCounter();
    private boolean neverWhole;
    /** Whether the arguments so far are {@code {}}, which some servers send before the real ones. */
    private boolean placeholder;

    private @Nullable CustomInput custom; // of a custom call, whose input is text
    private int taken; // how many characters were taken
    private String last = ""; // the end of the text: the fragment that was appended last

    /**
     * Adds a fragment.
     *
     * @param ofCustomCall whether the fragment is input of a custom call
     * @return the number of characters that were added
     */
    int append(String fragment, boolean ofCustomCall) {
        int before = text.length();
        if (ofCustomCall || custom != null) {
            if (custom == null) {
                custom = new CustomInput(text);
            }
            custom.append(fragment);
            last = "";
        } else {
            appendText(newText(fragment));
        }
        return Math.max(0, text.length() - before);
    }

    private void appendText(String more) {
        if (placeholder && !more.isBlank()) {
            text.setLength(0);
            neverWhole = false;
            brackets.reset();
            placeholder = false;
        }
        if (!placeholder) {
            placeholder = text.length() == 0 && isEmptyObject(more);
            text.append(more);
            last = more;
        }
    }

    private static boolean isEmptyObject(String text) {
        String stripped = text.strip();
        return stripped.startsWith("{")
                && stripped.endsWith("}")
                && stripped.length() > 1
                && stripped.substring(1, stripped.length() - 1).isBlank();
    }

    /**
     * Returns the text that a fragment adds. It is empty if the fragment repeats complete arguments: LiteLLM repeats
     * each call at the end. LiteLLM also encodes the arguments as a JSON string, which is decoded if it contains an
     * object.
     */
    private String newText(String fragment) {
        boolean hasBegun = text.length() > 0 && !placeholder;
        boolean mayBeWhole = fragment.startsWith("\"") || (hasBegun && fragment.startsWith("{"));
        if (!mayBeWhole || (hasBegun && !isWhole())) {
            return fragment;
        }
        Object value = parsed(fragment);
        Object inner = value instanceof String encoded ? parsed(encoded) : value;
        if (!(inner instanceof Map<?, ?>)) {
            return fragment;
        }
        if (hasBegun) {
            return inner.equals(parsed(text.toString())) ? "" : fragment;
        }
        return value instanceof String encoded ? encoded : fragment;
    }

    /** Whether nothing was added. */
    boolean isEmpty() {
        return text.length() == 0;
    }

    /** Whether the arguments so far are equal to this text. */
    boolean equalsText(String other) {
        return other.contentEquals(text);
    }

    /** Whether the arguments so far are an empty object that may be a placeholder. */
    boolean isPlaceholder() {
        return placeholder;
    }

    /** Whether the arguments are the input of a custom call. */
    boolean isCustom() {
        return custom != null;
    }

    /** Whether the arguments so far are a complete object. The checks before the parser avoid nearly all parsing. */
    boolean isWhole() {
        int length = text.length();
        if (neverWhole || length == 0 || text.charAt(length - 1) != '}' || !brackets.areClosed(text)) {
            return false;
        }
        try {
            return Json.parse(text.toString()) instanceof Map<?, ?>;
        } catch (JsonException e) {
            neverWhole = !e.truncated(); // an error that more text cannot correct
            return false;
        }
    }

    /** Returns the text since the last call of this method; empty if there is none, or if it may be a placeholder. */
    String takeNew() {
        if (taken >= text.length() || placeholder) {
            return "";
        }
        int from = taken;
        taken = text.length();
        return last.length() == taken - from ? last : text.substring(from); // nearly always without a copy
    }

    /** Ends the arguments: an empty object is no placeholder, and the input of a custom call is complete. */
    void end() {
        placeholder = false;
        if (custom != null) {
            custom.end();
            last = "";
        }
    }

    /** Returns the arguments as an object, null if they are not an object. A blank text is an empty object. */
    @SuppressWarnings("unchecked") // a parsed JSON object has String keys
    @Nullable
    Map<String, ?> object() {
        String all = text.toString();
        if (all.isBlank()) {
            return Map.of();
        }
        try {
            Object value = Json.parse(all);
            if (value instanceof String inner) { // encoded twice
                value = Json.parse(inner);
            }
            return value == null ? Map.of() : value instanceof Map<?, ?> map ? (Map<String, ?>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }

    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }

    /** The text of the arguments so far. */
    String text() {
        return text.toString();
    }
}
