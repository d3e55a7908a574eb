package dev.postern.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The escapes of two characters (RFC 8259, section 7). Nearly all escapes in text and code are of this kind. */
final class Escapes {
    private static final String CODES = "\"\\/bfnrt";
    private static final String MEANINGS = "\"\\/\b\f\n\r\t";

    private Escapes() {}

    /** Whether this is the second character of such an escape. */
    static boolean isShort(byte code) {
        return CODES.indexOf(code) >= 0;
    }

    /**
     * Decodes the content of an ASCII string that has this number of escapes; null if one of them is of another kind or
     * is invalid.
     */
    static @Nullable String decode(byte[] buffer, int from, int to, int escapes) {
        if (escapes == 0) {
            return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
        }
        byte[] decoded = new byte[to - from - escapes];
        int out = 0;
        for (int at = from; at < to; at++) {
            byte next = buffer[at];
            if (next == '\\') {
                int code = CODES.indexOf(buffer[++at]);
                if (code < 0) {
                    return null;
                }
                next = (byte) MEANINGS.charAt(code);
            }
            decoded[out++] = next;
        }
        return new String(decoded, StandardCharsets.ISO_8859_1);
    }
}
