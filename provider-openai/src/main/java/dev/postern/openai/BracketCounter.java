package dev.postern.openai;

/**
 * Counts the open brackets of a JSON text that grows at its end. It reads each character once, so a check after each
 * piece costs no more than reading the text once.
 */
final class BracketCounter {
    private int scanned;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /**
     * Whether all brackets are closed at the end of the text. The text must begin with the text of the previous call.
     */
    boolean areClosed(CharSequence text) {
        for (; scanned < text.length(); scanned++) {
            char next = text.charAt(scanned);
            if (escaped) {
                escaped = false;
            } else if (inString) {
                escaped = next == '\\';
                inString = next != '"';
            } else {
                switch (next) {
                    case '"' -> inString = true;
                    case '{', '[' -> depth++;
                    case '}', ']' -> depth--;
                    default -> {}
                }
            }
        }
        return depth == 0 && !inString;
    }

    /** Resets the counter for a new text. */
    void reset() {
        scanned = depth = 0;
        inString = escaped = false;
    }
}
