package dev.postern.server.door.anthropic;

/** Finds the end of a JSON object that comes in pieces, by its braces. */
final class ObjectEnd {
    private int depth;
    private boolean begun;
    private boolean inString;
    private boolean escaped;

    /** Reads the next piece. */
    void add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            add(piece.charAt(i));
        }
    }

    private void add(char c) {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            begun = true;
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }

    /** Whether the object has ended. */
    boolean isReached() {
        return begun && depth <= 0 && !inString;
    }
}
