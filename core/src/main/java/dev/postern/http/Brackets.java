package dev.postern.http;

/**
 * Checks whether bytes are a JSON object or array from the first bracket to the last, by counting brackets outside of
 * strings. It does not check the JSON between the brackets.
 */
final class Brackets {
    private Brackets() {}

    /** Whether the bytes, except for white space around them, are one object or array that is closed at their end. */
    static boolean close(byte[] bytes, int offset, int length) {
        int end = offset + length;
        while (end > offset && isBlank(bytes[end - 1])) {
            end--;
        }
        int at = offset;
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
        // Checks both ends first: they identify nearly all incomplete text, however long it is.
        return end - at > 1 && isOpening(bytes[at]) && isClosing(bytes[end - 1]) && closeAt(bytes, at, end);
    }

    private static boolean closeAt(byte[] bytes, int from, int end) {
        int depth = 0;
        for (int at = from; at < end; at++) {
            byte next = bytes[at];
            if (next == '"') {
                at = stringEnd(bytes, at + 1, end);
            } else if (isOpening(next)) {
                depth++;
            } else if (isClosing(next) && --depth == 0) {
                return at == end - 1;
            }
        }
        return false;
    }

    private static int stringEnd(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private static boolean isOpening(byte next) {
        return next == '{' || next == '[';
    }

    private static boolean isClosing(byte next) {
        return next == '}' || next == ']';
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }
}
