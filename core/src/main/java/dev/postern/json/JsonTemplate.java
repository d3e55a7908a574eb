package dev.postern.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * What the documents of a stream have in common. From one event to the next, a server repeats hundreds of bytes and varies
 * a word; where that is so, comparing bytes tells as much as parsing them, for a tenth of the time.
 *
 * <p>A template is made while a document is read. Another one {@linkplain #fits fits} if it is the same, byte for byte, but
 * for the one string that was read with {@link JsonReader#varying}, and for strings and whole numbers that were skipped.
 * So reading it would make the same calls and get the same values, but for that string:
 *
 * <pre>{@code
 * if (template.fits(buffer, offset, length)) {
 *     again(template.text());
 * } else {
 *     json.begin(buffer, offset, length, template);
 *     …
 *     json.end();
 *     if (nothing but one varying string counted) {
 *         template.keep(thatString, buffer, offset, length);
 *     }
 * }
 * }</pre>
 *
 * <p>Not thread-safe. Costs a document that does not repeat itself next to nothing: where several in a row did not fit,
 * few are tried.
 */
public final class JsonTemplate {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_HOLES = 16;
    private static final int MAX_DIGITS = 20;
    /** So many documents in a row that did not fit are a stream that does not repeat itself. */
    private static final int PATIENCE = 8;
    /** Of such a stream, each so-manieth document is tried all the same. */
    private static final int SELDOM = 64;

    // What may stand in a hole.
    private static final byte TEXT = 0;
    private static final byte STRING = 1;
    private static final byte NUMBER = 2;

    // The holes of the document that is being read, or of the one that was kept: from, to and what stood there.
    private final int[] from = new int[MAX_HOLES];
    private final int[] to = new int[MAX_HOLES];
    private final byte[] kinds = new byte[MAX_HOLES];
    private int holes;
    private int texts;

    private byte[] sample = new byte[0];
    private int length; // of what was kept; 0 for nothing
    private int misses;
    private String text = "";
    private @Nullable JsonReader strings;

    /** A template that nothing fits yet. */
    public JsonTemplate() {}

    /** Whether a document is the one that was kept but for what may vary. Then {@link #text} is its varying string. */
    public boolean fits(byte[] buffer, int offset, int bytes) {
        if (isKept() && matches(buffer, offset, offset + bytes)) {
            misses = 0;
            return true;
        }
        misses++;
        length = 0;
        return false;
    }

    /** The varying string of the document that fitted last. */
    public String text() {
        return text;
    }

    /**
     * Keeps the document that was just read with this template, if it has exactly one varying string.
     *
     * @param counted the string that the document came to; it must be the very object that {@link JsonReader#varying} gave,
     *     or something else in the document has changed it
     */
    public void keep(String counted, byte[] buffer, int offset, int bytes) {
        if (texts != 1
                || !isSame(counted, text)
                || holes > MAX_HOLES
                || bytes > MAX_BYTES
                || !isWellCut(buffer, offset)) {
            return;
        }
        if (sample.length < bytes) {
            sample = new byte[bytes + bytes / 4];
        }
        System.arraycopy(buffer, offset, sample, 0, bytes);
        length = bytes;
    }

    /** Whether there is a document to compare with. */
    boolean isKept() {
        return length > 0;
    }

    private void forget() {
        length = holes = texts = 0;
    }

    /** Strings must lie between quotation marks: nothing depends on where Jackson says that they lie. */
    private boolean isWellCut(byte[] buffer, int offset) {
        int before = 0;
        for (int i = 0; i < holes; i++) {
            boolean quoted =
                    kinds[i] == NUMBER || (buffer[offset + from[i] - 1] == '"' && buffer[offset + to[i]] == '"');
            if (!quoted || from[i] < before || to[i] < from[i]) {
                return false;
            }
            before = to[i];
        }
        return true;
    }

    /** A document is about to be read. Returns whether to take notes of it. */
    boolean begin() {
        forget();
        return misses <= PATIENCE || misses % SELDOM == 0;
    }

    @SuppressWarnings("ReferenceEquality") // an equal string may have come from elsewhere in the document
    private static boolean isSame(String counted, String noted) {
        return counted == noted;
    }

    /** The string that was just read is the one that varies. */
    void varying(String read, Tokens tokens) {
        texts++;
        text = read;
        hole(TEXT, tokens.stringStart(), tokens.stringEnd());
    }

    /** The value that was just read is of no matter. */
    void skipped(JsonToken token, Tokens tokens) {
        if (token == JsonToken.VALUE_STRING) {
            hole(STRING, tokens.stringStart(), tokens.stringEnd());
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
            hole(NUMBER, tokens.numberStart(), tokens.numberEnd());
        }
    }

    private void hole(byte kind, int start, int end) {
        if (holes < MAX_HOLES) {
            from[holes] = start;
            to[holes] = end;
            kinds[holes] = kind;
        }
        holes++;
    }

    /** Goes from difference to difference: each must lie in a hole, which ends where its value does. */
    private boolean matches(byte[] buffer, int offset, int end) {
        int at = offset;
        int inSample = 0;
        int hole = 0;
        while (true) {
            int same = Arrays.mismatch(buffer, at, end, sample, inSample, length);
            int difference = same < 0 ? length : inSample + same;
            for (; hole < holes && to[hole] < difference; hole++) {
                if (kinds[hole] == TEXT && holeEnd(hole, buffer, at + from[hole] - inSample, end) < 0) {
                    return false;
                }
            }
            if (same < 0) {
                return true;
            }
            if (hole == holes || difference < from[hole]) {
                return false;
            }
            at = holeEnd(hole, buffer, at + from[hole] - inSample, end);
            if (at < 0) {
                return false;
            }
            inSample = to[hole++];
        }
    }

    /** Where the value ends that begins here, if it is one that may stand in this hole; else -1. */
    private int holeEnd(int hole, byte[] buffer, int start, int end) {
        byte kind = kinds[hole];
        return kind == TEXT
                ? textEnd(buffer, start, end)
                : kind == STRING ? plainEnd(buffer, start, end) : numberEnd(buffer, start, end);
    }

    /** Takes the varying string that begins here. Returns where its quotation mark is, or -1. */
    private int textEnd(byte[] buffer, int start, int end) {
        int at = start;
        int escapes = 0;
        boolean ascii = true;
        for (; at < end && buffer[at] != '"'; at++) {
            if (buffer[at] == '\\') {
                escapes++;
                at++;
            }
            ascii &= at < end && buffer[at] >= ' ';
        }
        if (at >= end) {
            return -1;
        }
        String plain = ascii ? Escapes.decode(buffer, start, at, escapes) : null;
        if (plain == null) {
            return decode(buffer, start - 1, at + 1) ? at : -1;
        }
        text = plain;
        return at;
    }

    /** Characters of many bytes, and what else there may be, are for the parser. */
    private boolean decode(byte[] buffer, int start, int end) {
        if (strings == null) {
            strings = new JsonReader();
        }
        try {
            strings.begin(buffer, start, end - start);
            text = strings.text();
            strings.end();
            return true;
        } catch (JsonException e) {
            return false; // whoever reads the whole document will say what is wrong
        }
    }

    /** Where the string ends that begins here; -1 if there is more to it than printable ASCII. */
    private static int plainEnd(byte[] buffer, int start, int end) {
        for (int at = start; at < end; at++) {
            byte next = buffer[at];
            if (next == '"') {
                return at;
            }
            if (next < ' ' || next == '\\') {
                return -1;
            }
        }
        return -1;
    }

    /** Where the whole number ends that begins here; -1 if there is none. */
    private static int numberEnd(byte[] buffer, int start, int end) {
        int first = start < end && buffer[start] == '-' ? start + 1 : start;
        int at = first;
        while (at < end && buffer[at] >= '0' && buffer[at] <= '9') {
            at++;
        }
        boolean leadingZero = at - first > 1 && buffer[first] == '0';
        return at == first || at - first > MAX_DIGITS || leadingZero ? -1 : at;
    }
}
