package dev.postern.json;

import java.util.Arrays;
import tools.jackson.core.JsonToken;

/**
 * A stage in front of a {@link JsonReader} that recognises documents which repeat the one before. From one event to the
 * next, a server repeats hundreds of bytes and changes one string; there, comparing bytes finds as much as parsing
 * does, in a tenth of the time.
 *
 * <p>The filter observes the reader while it reads a document. A later document {@linkplain #repeats repeats} that one
 * if it has the same bytes, except for the one string that was read with {@link JsonReader#varying}, and for strings
 * and whole numbers that were skipped. Reading it would make the same calls and return the same values, except for that
 * string:
 *
 * <pre>{@code
 * if (filter.repeats(buffer, offset, length)) {
 *     again(filter.text());
 * } else {
 *     filter.begin(json, buffer, offset, length);
 *     …
 *     json.end();
 *     if (only one varying string mattered) {
 *         filter.keep(thatString, buffer, offset, length);
 *     }
 * }
 * }</pre>
 *
 * <p>The system property {@value #PROPERTY} with the value {@code false} switches all filters off that are made from
 * then on: no document is a repetition, and results must be the same. Not thread-safe. For documents that do not
 * repeat, the cost is small: after eight of them in a row, only every 64th document is observed.
 */
public final class RepetitionFilter {
    /** The system property that switches filters off. */
    public static final String PROPERTY = "dev.postern.json.repetitions";

    private static final int MAX_BYTES = 4096;
    private static final int MAX_HOLES = 16;
    private static final int MAX_DIGITS = 20;
    /** After this many documents in a row without a repetition, a stream counts as one without repetitions. */
    private static final int MAX_MISSES = 8;
    /** In such a stream, every 64th document is observed, in case that repetitions begin. */
    private static final int INTERVAL = 64;

    // What a hole may contain.
    private static final byte TEXT = 0;
    private static final byte STRING = 1;
    private static final byte NUMBER = 2;

    // The holes of the document that is being read, or of the one that was kept: start, end and kind.
    private final short[] from = new short[MAX_HOLES];
    private final short[] to = new short[MAX_HOLES];
    private final byte[] kinds = new byte[MAX_HOLES];
    private int holes;
    private int texts;

    private byte[] sample = new byte[0];
    private int length; // of the kept document; 0 if there is none
    private int misses;
    private String text = "";
    private final StringDecoder strings = new StringDecoder();

    private final boolean on = !"false".equals(System.getProperty(PROPERTY));

    /** A filter that has seen no document. */
    public RepetitionFilter() {}

    /**
     * Whether a document repeats the kept one. If so, {@link #text} is its varying string. If not, nothing is kept any
     * more.
     */
    public boolean repeats(byte[] buffer, int offset, int bytes) {
        if (isKept() && matches(buffer, offset, offset + bytes)) {
            misses = 0;
            return true;
        }
        misses++;
        length = 0;
        return false;
    }

    /** Begins a document that is no repetition, as {@link JsonReader#begin} does, and observes what is read. */
    public void begin(JsonReader json, byte[] buffer, int offset, int bytes) {
        json.begin(buffer, offset, bytes);
        forget();
        boolean worthwhile = on && (misses <= MAX_MISSES || misses % INTERVAL == 0);
        if (worthwhile && !json.tokens().isMended()) { // the places in a mended copy are not those in the buffer
            json.observe(this);
        }
    }

    /** The varying string of the last repetition. */
    public String text() {
        return text;
    }

    /**
     * Keeps the document that was just read, if exactly one varying string was read in it.
     *
     * @param counted the string that the reader took from the document. It must be the very object that {@link
     *     JsonReader#varying} returned; otherwise another part of the document has changed it, and nothing is kept
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
            sample = new byte[bytes];
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

    /** Whether strings are between quotation marks, so that a wrong place from Jackson does no harm. */
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

    @SuppressWarnings("ReferenceEquality") // an equal string may come from another place in the document
    private static boolean isSame(String counted, String noted) {
        return counted == noted;
    }

    /** {@link JsonReader#varying} has read this string, which is not empty. The tokens have its place. */
    void varying(String read, Tokens tokens) {
        texts++;
        text = read;
        hole(TEXT, tokens.stringStart(), tokens.stringEnd());
    }

    /** {@link JsonReader#skip} has skipped this value, or a value inside of it. The tokens have its place. */
    void skipped(JsonToken token, Tokens tokens) {
        if (token == JsonToken.VALUE_STRING) {
            hole(STRING, tokens.stringStart(), tokens.stringEnd());
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
            hole(NUMBER, tokens.numberStart(), tokens.numberEnd());
        }
    }

    private void hole(byte kind, int start, int end) {
        if (holes < MAX_HOLES) {
            from[holes] = (short) start; // wrong in a large document, which is not kept
            to[holes] = (short) end;
            kinds[holes] = kind;
        }
        holes++;
    }

    /** Goes from difference to difference. Each must be inside a hole, and the hole ends where its value ends. */
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

    /** The end of the value that begins here, or -1 if the hole cannot contain it. */
    private int holeEnd(int hole, byte[] buffer, int start, int end) {
        byte kind = kinds[hole];
        return kind == TEXT
                ? textEnd(buffer, start, end)
                : kind == STRING ? plainEnd(buffer, start, end) : numberEnd(buffer, start, end);
    }

    /** Reads the varying string that begins here. Returns the place of its closing quotation mark; negative if none. */
    private int textEnd(byte[] buffer, int start, int end) {
        int at = strings.decode(buffer, start, end);
        if (at < 0) {
            return mendedTextEnd(buffer, start, end);
        }
        text = strings.text();
        return at;
    }

    /** The same for a string with invalid UTF-8, as servers send that cut a character in two. */
    private int mendedTextEnd(byte[] buffer, int start, int end) {
        int close = start;
        while (close < end && buffer[close] != '"') {
            close += buffer[close] == '\\' ? 2 : 1;
        }
        if (close >= end || Utf8.isValid(buffer, start, close - start)) {
            return -1;
        }
        byte[] mended = Utf8.mended(buffer, start, close + 1 - start);
        return textEnd(mended, 0, mended.length) < 0 ? -1 : close;
    }

    /** The end of the string that begins here, or -1 if it contains more than printable ASCII. */
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

    /** The end of the whole number that begins here, or -1 if there is none. */
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
