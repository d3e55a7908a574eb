package dev.postern.schema;

/** The text of a regular expression with the position of the reader. */
final class PatternSource {
    private final String text;
    private int at;
    private boolean unsupported;

    PatternSource(String text) {
        this.text = text;
    }

    /** Marks the pattern as unsupported. Nothing more is read. */
    void unsupported() {
        unsupported = true;
    }

    boolean isUnsupported() {
        return unsupported;
    }

    /** Whether there is more to read. */
    boolean more() {
        return !unsupported && at < text.length();
    }

    /** The next character; 0 at the end. */
    char peek() {
        return more() ? text.charAt(at) : 0;
    }

    /** Reads the next character if it is this one; true if it was. */
    boolean next(char wanted) {
        boolean there = more() && peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    /** Reads a code point. */
    int point() {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        return point;
    }

    /** Reads this number of hexadecimal digits; negative if there are fewer. */
    int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at + i < text.length() ? hexDigit(text.charAt(at + i)) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        at += digits;
        return value;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /** Reads up to and including a closing brace; returns the text before it. */
    String braced() {
        int end = text.indexOf('}', at);
        if (end < 0) {
            throw malformed("a } is missing");
        }
        String inner = text.substring(at, end);
        at = end + 1;
        return inner;
    }

    /** The rest of the text. */
    String rest() {
        return more() ? text.substring(at) : "";
    }

    void skip(int characters) {
        at += characters;
    }

    static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException(why);
    }
}
