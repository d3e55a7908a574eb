package dev.postern.openai;

/**
 * Counts the open brackets of JSON text that grows at its end. Each character is looked at once, so that asking after each
 * piece whether the text may be whole costs no more than reading it once.
 */
final class BracketCounter {
    private int scanned;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** Whether all brackets are closed at the end of the text. It must begin with the text of the call before. */
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

    /** The text begins anew. */
    void reset() {
        scanned = depth = 0;
        inString = escaped = false;
    }
}
