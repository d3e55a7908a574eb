package dev.postern.benchmarks.server;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The answer of the server. The name of the model selects it: {@code text-2000} is a stream of 2,000 deltas at once,
 * {@code text.german-2000} the same with German text, {@code text-150-10000} one of 150 with 10,000 microseconds between two of
 * them, {@code tools-2000} the arguments of a tool call in 2,000 pieces, {@code whole-1024} a whole answer of 1,024 bytes of text.
 *
 * @param kind text, tools or a whole answer
 * @param prose the text
 * @param count the number of pieces; for a whole answer, of bytes of text
 * @param periodMicros the time between two pieces, in microseconds; 0 for all at once
 * @param pieces the pieces, which repeat
 */
public record Script(Kind kind, Prose prose, int count, long periodMicros, List<String> pieces) {
    /** The characters of a piece of {@link Prose#WORDS}, about one token. */
    public static final int PIECE = 5;
    /** The digits of a time stamp. Each piece of a paced text begins with one. */
    public static final int STAMP = 16;
    /** The rest of each piece of a paced text. */
    public static final String TAIL = " — “so”";
    /** The JSON before and after the pieces of a tool's arguments. */
    static final String OPENING = "{\"text\":\"";

    static final String CLOSING = "\"}";

    /** The kind of an answer. */
    public enum Kind {
        /** Deltas of text. */
        TEXT,
        /** Deltas of a tool call's arguments. */
        TOOLS,
        /** A whole answer, not a stream. */
        WHOLE
    }

    private static final Map<String, Script> MADE = new ConcurrentHashMap<>();

    /** The script of this name. */
    public static Script of(String name) {
        return MADE.computeIfAbsent(name, Script::made);
    }

    private static Script made(String name) {
        String[] parts = name.split("-", -1);
        String[] kind = parts[0].split("\\.", -1);
        Prose prose = kind.length > 1 ? Prose.named(kind[1]) : Prose.WORDS;
        return new Script(
                Kind.valueOf(kind[0].toUpperCase(Locale.ROOT)),
                prose,
                Integer.parseInt(parts[1]),
                parts.length > 2 ? Long.parseLong(parts[2]) : 0,
                prose.pieces());
    }

    /** The number of deltas that a reader gets. */
    public int events() {
        return switch (kind) {
            case TEXT -> count;
            case TOOLS -> count + 2; // the start and the end of the JSON
            case WHOLE -> 1;
        };
    }

    /** The text of the whole answer. For a paced stream, with zeros in place of the time stamps. */
    public String text() {
        if (kind == Kind.WHOLE) {
            return prose.repeated(count);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < events(); i++) {
            text.append(piece(i));
        }
        return text.toString();
    }

    /** The number of characters in all deltas. */
    public long characters() {
        return isPaced() ? (long) count * (STAMP + TAIL.length()) : text().length();
    }

    /** Whether each piece is sent alone, with the time of its sending in front of its text. */
    public boolean isPaced() {
        return periodMicros > 0;
    }

    /** The time of the first piece, as of {@link System#nanoTime}. It spreads the streams over the period. */
    long firstDue(int stream) {
        return System.nanoTime() + (long) (stream * 0.618 % 1 * (periodMicros * 1000));
    }

    /** Writes this time stamp at the offset. */
    static void stamp(byte[] piece, int offset, long micros) {
        long digits = micros;
        for (int i = offset + STAMP - 1; i >= offset; i--) {
            piece[i] = (byte) ('0' + digits % 10);
            digits /= 10;
        }
    }

    String piece(int index) {
        if (isPaced()) {
            return "0".repeat(STAMP) + TAIL;
        }
        if (kind == Kind.TOOLS && index == 0) {
            return OPENING;
        }
        if (kind == Kind.TOOLS && index == events() - 1) {
            return CLOSING;
        }
        return pieces.get(index % pieces.size());
    }

    @Override
    public String toString() {
        return kind + " of " + count + " " + prose + (isPaced() ? " every " + periodMicros + " µs" : "");
    }
}
