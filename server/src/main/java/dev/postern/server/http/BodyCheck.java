package dev.postern.server.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Checks a body before it is parsed. */
final class BodyCheck {
    private BodyCheck() {}

    /**
     * The number of JSON values in a text. Each of them becomes an object, so 4 MB of empty lists take 256 MB of
     * memory. The text is not validated; for a text that is not JSON, the number is an estimate.
     */
    static int values(byte[] json) {
        int values = 0;
        boolean inToken = false;
        boolean afterString = false; // and nothing but spaces since
        for (int i = 0; i < json.length; i++) {
            byte at = json[i];
            if (at == '"') {
                values++;
                i = endOfString(json, i);
                inToken = false;
                afterString = true;
                continue;
            }
            boolean isSpace = at >= 0 && at <= ' ';
            if (at == '[' || at == '{') {
                values++;
                inToken = false;
            } else if (at == ':') {
                values -= afterString ? 1 : 0; // the string was a name
                inToken = false;
            } else if (isSpace || at == ',' || at == ']' || at == '}') {
                inToken = false;
            } else if (!inToken) { // a number, or a literal such as true
                values++;
                inToken = true;
            }
            afterString &= isSpace;
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

    /** Whether the bytes are valid UTF-8. Invalid bytes are an error of the client, which a replacement would hide. */
    static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // a new decoder reports malformed input
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
