package dev.postern.bedrock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding as AWS requires it: UTF-8 and upper-case hex, for all but the unreserved characters of RFC 3986. */
final class PercentEncoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /** Encodes a segment of a path, or the name or value of a parameter. */
    static String encode(String text) {
        return encode(text, "");
    }

    /** Encodes a text, but does not encode the characters of {@code keep}, which must be ASCII. */
    static String encode(String text, String keep) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (next & 0xFF);
            if (isUnreserved(c) || keep.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(next));
            }
        }
        return encoded.toString();
    }

    /** Decodes a part of a URI, whose {@code %} sequences are valid. A plus sign is not decoded to a space. */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                decoded.put((byte) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2])));
                i += 2;
            } else {
                decoded.put(bytes[i]);
            }
        }
        return StandardCharsets.UTF_8.decode(decoded.flip()).toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }
}
