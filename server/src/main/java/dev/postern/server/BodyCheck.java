package dev.postern.server;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Looks at a body before it is parsed. */
final class BodyCheck {
    private BodyCheck() {}

    /**
     * How many JSON values the text holds. Each of them becomes an object, so a text of 4 MB of empty lists takes 256 MB.
     * Whether the text is JSON is not looked at; of one that is not, the number is an estimate.
     */
    static int values(byte[] json) {
        int values = 0;
        boolean inToken = false;
        for (int i = 0; i < json.length; i++) {
            byte at = json[i];
            if (at == '"') {
                values++;
                i = endOfString(json, i);
                inToken = false;
            } else if (at == '[' || at == '{') {
                values++;
                inToken = false;
            } else if (at == ':') {
                values--; // the string before it was a name
                inToken = false;
            } else if (at <= ' ' || at == ',' || at == ']' || at == '}') {
                inToken = false;
            } else if (!inToken) { // a number, or a word such as true
                values++;
                inToken = true;
            }
        }
        return values;
    }

    private static int endOfString(byte[] json, int begin) {
        int at = begin + 1;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    /** Whether the bytes are UTF-8. What is not is the client's mistake, which a replacement would hide from it. */
    static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // which reports what is malformed
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(8192);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return !result.isError();
    }
}
