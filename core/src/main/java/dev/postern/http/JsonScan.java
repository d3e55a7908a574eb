package dev.postern.http;

/** Finds values in the text of JSON that may be cut, or be inside of strings of other JSON. Reads no more than it must. */
final class JsonScan {
    private JsonScan() {}

    /**
     * Where the value of a field begins.
     *
     * @param from the begin of the name, behind its quote
     * @param to its end
     * @return the index of the value, or -1 if this is not the name of a field
     */
    static int valueAfter(String text, int from, int to) {
        int escapes = 0;
        boolean quoted = from > 0 && text.charAt(from - 1) == '"';
        while (quoted && from - 2 - escapes >= 0 && text.charAt(from - 2 - escapes) == '\\') {
            escapes++;
        }
        String quote = "\\".repeat(escapes) + '"';
        if (!quoted || !text.startsWith(quote, to)) {
            return -1;
        }
        int colon = space(text, to + quote.length());
        return colon < text.length() && text.charAt(colon) == ':' ? space(text, colon + 1) : -1;
    }

    private static int space(String text, int from) {
        int at = from;
        while (at < text.length() && (Character.isWhitespace(text.charAt(at)) || isEscapedSpace(text, at))) {
            at++;
        }
        return at;
    }

    /** A line feed or tab in JSON inside of a string is two characters. */
    private static boolean isEscapedSpace(String text, int at) {
        char c = text.charAt(at);
        return c == '\\'
                ? at + 1 < text.length() && "nrt".indexOf(text.charAt(at + 1)) >= 0
                : "nrt".indexOf(c) >= 0 && text.charAt(at - 1) == '\\';
    }

    /** Where the value that begins here ends; the end of the text if it is cut. */
    static int endOfValue(String text, int from) {
        int depth = 0;
        int at = from;
        while (at < text.length()) {
            int quote = quoteAt(text, at);
            char c = text.charAt(at);
            if (quote >= 0 && depth == 0 && at > from) {
                return at; // of the string that the JSON is in
            }
            if (quote >= 0) {
                at = endOfString(text, quote + 1, quote - at);
                if (depth == 0) {
                    return at;
                }
                continue;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if ((c == '}' || c == ']') && --depth <= 0) {
                return depth < 0 ? at : at + 1;
            } else if (depth == 0 && (c == ',' || c == '\\')) {
                return at;
            }
            at++;
        }
        return at;
    }

    /** The index of the quote if a string begins here, perhaps with backslashes; else -1. */
    private static int quoteAt(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == '\\') {
            at++;
        }
        return at < text.length() && text.charAt(at) == '"' ? at : -1;
    }

    /** Behind the string. Its quotes have {@code escapes} backslashes, and quotes inside of it have more. */
    private static int endOfString(String text, int from, int escapes) {
        int before = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                before++;
            } else if (c == '"' && before % (2 * escapes + 2) == escapes) {
                return at + 1;
            } else {
                before = 0;
            }
        }
        return text.length();
    }
}
