package dev.postern.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The headers of one frame. Only those with the type of the frame and its error message are read; other headers are
 * skipped. One object reads all frames of a stream and creates the strings of frequent names only once.
 */
final class FrameHeaders {
    private static final byte[] MESSAGE_TYPE = ascii(":message-type");
    private static final byte[] EVENT_TYPE = ascii(":event-type");
    private static final byte[] EXCEPTION_TYPE = ascii(":exception-type");
    private static final byte[] ERROR_CODE = ascii(":error-code");
    private static final byte[] ERROR_MESSAGE = ascii(":error-message");
    private static final int STRING = 7;
    private static final int MAX_REMEMBERED = 256;
    private static final byte[] NONE = {};

    private static final String[] KNOWN = {
        "event",
        "exception",
        "error",
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata"
    };
    private static final byte[][] KNOWN_BYTES = ascii(KNOWN);

    private String messageType = "";
    private String type = "";
    private String errorMessage = "";
    /** The bytes of the headers that were parsed last. Nearly all frames of a stream have the same headers. */
    private byte[] lastParsed = NONE;

    /** {@code event}, {@code exception} or {@code error}. */
    String messageType() {
        return messageType;
    }

    /** The type of the event or exception, or the code of the error. */
    String type() {
        return type;
    }

    /** The message of an {@code error}; empty for others. The message of an exception is in its payload. */
    String errorMessage() {
        return errorMessage;
    }

    void read(byte[] buffer, int offset, int length) {
        if (length == 0 || !Arrays.equals(buffer, offset, offset + length, lastParsed, 0, lastParsed.length)) {
            parse(buffer, offset, length);
            lastParsed = length <= MAX_REMEMBERED ? Arrays.copyOfRange(buffer, offset, offset + length) : NONE;
        }
    }

    private void parse(byte[] buffer, int offset, int length) {
        messageType = "event";
        type = errorMessage = "";
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int nameLength = buffer[at++] & 0xFF;
            int name = at;
            at = within(at + nameLength + 1, end);
            int valueType = buffer[at - 1];
            int valueLength = fixedLength(valueType);
            if (valueLength < 0) {
                at = within(at + 2, end);
                valueLength = (buffer[at - 2] & 0xFF) << 8 | (buffer[at - 1] & 0xFF);
            }
            int value = at;
            at = within(at + valueLength, end);
            if (valueType == STRING) {
                header(buffer, name, name + nameLength, value, at);
            }
        }
    }

    private void header(byte[] buffer, int name, int nameEnd, int value, int end) {
        if (is(MESSAGE_TYPE, buffer, name, nameEnd)) {
            messageType = text(buffer, value, end);
        } else if (is(EVENT_TYPE, buffer, name, nameEnd)
                || is(EXCEPTION_TYPE, buffer, name, nameEnd)
                || is(ERROR_CODE, buffer, name, nameEnd)) {
            type = text(buffer, value, end);
        } else if (is(ERROR_MESSAGE, buffer, name, nameEnd)) {
            errorMessage = text(buffer, value, end);
        }
    }

    /** The length of values of this type; -1 if a length is written before the value. */
    private static int fixedLength(int type) {
        return switch (type) {
            case 0, 1 -> 0; // true, false
            case 2 -> 1; // byte
            case 3 -> 2; // short
            case 4 -> 4; // int
            case 5, 8 -> 8; // long, timestamp
            case 6, STRING -> -1; // bytes
            case 9 -> 16; // UUID
            default -> throw EventStreamDecoder.corrupt("a header of unknown type " + type);
        };
    }

    private static int within(int at, int end) {
        if (at > end) {
            throw EventStreamDecoder.corrupt("a header that is longer than all headers together");
        }
        return at;
    }

    private static boolean is(byte[] expected, byte[] buffer, int from, int to) {
        return Arrays.equals(expected, 0, expected.length, buffer, from, to);
    }

    private static String text(byte[] buffer, int from, int to) {
        for (int i = 0; i < KNOWN.length; i++) {
            if (is(KNOWN_BYTES[i], buffer, from, to)) {
                return KNOWN[i];
            }
        }
        return new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }

    private static byte[][] ascii(String[] texts) {
        byte[][] all = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            all[i] = ascii(texts[i]);
        }
        return all;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
