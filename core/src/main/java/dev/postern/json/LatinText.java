package dev.postern.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text with few characters beyond Latin-1: a byte for each character, and the characters that Latin-1 does not have
 * with their places. The string of a text in Latin-1 is a copy of its bytes. For another one the JDK converts the
 * bytes, many at a time.
 */
final class LatinText {
    /** Free bytes that a word needs: the rest of it is written behind what its first bytes have become. */
    static final int ROOM = 2 * Long.BYTES;

    private static final int FIRST_SIZE = 256;
    /** A text has few other characters if it is so many times longer. */
    private static final int FEW = 4;

    byte[] latin = {};
    int length;
    /** The characters that are not in Latin-1: the place, and in the lowest 16 bits the character. */
    long[] others = {};

    int count;
    private char[] chars = new char[FIRST_SIZE];

    void clear() {
        length = 0;
        count = 0;
    }

    /**
     * Makes room for one more character and a word. False if the text has too many characters that are not in Latin-1.
     *
     * @param rest the largest number of characters to come
     */
    boolean grow(int rest) {
        if (count > others.length - 2) {
            if (count > length / FEW) {
                return false;
            }
            others = Arrays.copyOf(others, count * 2 + FIRST_SIZE / FEW);
        }
        if (latin.length - length <= ROOM) {
            latin = Arrays.copyOf(latin, length + Math.min(length * 3 + FIRST_SIZE, rest) + ROOM);
        }
        return true;
    }

    void add(int character) {
        if (character <= 0xFF) {
            latin[length++] = (byte) character;
        } else if (character > Character.MAX_VALUE) {
            addOther(Character.highSurrogate(character));
            addOther(Character.lowSurrogate(character));
        } else {
            addOther((char) character);
        }
    }

    private void addOther(char other) {
        others[count++] = (long) length++ << Character.SIZE | other;
    }

    @Override
    public String toString() {
        return count == 0 ? new String(latin, 0, length, StandardCharsets.ISO_8859_1) : new String(chars(0), 0, length);
    }

    /**
     * The characters.
     *
     * @param rest the largest number of characters to come; the array is large enough for some of them
     */
    char[] chars(int rest) {
        if (chars.length < length) {
            chars = new char[length + Math.min(length, rest)];
        }
        if (length > 0) {
            CharsetDecoder converter = StandardCharsets.ISO_8859_1.newDecoder();
            converter.decode(ByteBuffer.wrap(latin, 0, length), CharBuffer.wrap(chars, 0, length), true);
        }
        for (int i = 0; i < count; i++) {
            chars[(int) (others[i] >>> Character.SIZE)] = (char) others[i];
        }
        return chars;
    }

    /** Keeps an array that {@link #chars} has returned and the caller has enlarged. */
    void keep(char[] enlarged) {
        chars = enlarged;
    }
}
