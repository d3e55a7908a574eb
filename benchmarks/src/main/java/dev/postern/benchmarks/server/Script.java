package dev.postern.benchmarks.server;

/**
 * The answer of the server. The name of the model selects it: {@code text-2000} is a stream of 2,000 deltas at once,
 * {@code text-150-10000} one of 150 with 10,000 microseconds between two of them, {@code tools-2000} the arguments of a tool call
 * in 2,000 pieces, {@code whole-1024} a whole answer of 1,024 characters.
 *
 * @param kind text, tools or a whole answer
 * @param count the number of pieces; for a whole answer, of characters
 * @param periodMicros the time between two pieces, in microseconds; 0 for all at once
 */
public record Script(Kind kind, int count, long periodMicros) {
    /** The characters of a piece, about one token. */
    public static final int PIECE = 5;
    /** The digits of a time stamp. Each piece of a paced text is a time stamp. */
    public static final int STAMP = 16;
    /** The JSON before and after the pieces of a tool's arguments. */
    static final String OPENING = "{\"text\":\"";

    static final String CLOSING = "\"}";

    private static final String[] PIECES = {" gate", " with", " many", " keys", " said", " word", " tool", " open"};

    /** The kind of an answer. */
    public enum Kind {
        /** Deltas of text. */
        TEXT,
        /** Deltas of a tool call's arguments. */
        TOOLS,
        /** A whole answer, not a stream. */
        WHOLE
    }

    /** The script of this name. */
    public static Script of(String name) {
        String[] parts = name.split("-", -1);
        Kind kind = switch (parts[0]) {
            case "text" -> Kind.TEXT;
            case "tools" -> Kind.TOOLS;
            case "whole" -> Kind.WHOLE;
            default -> throw new IllegalArgumentException("no script: " + name);
        };
        return new Script(kind, Integer.parseInt(parts[1]), parts.length > 2 ? Long.parseLong(parts[2]) : 0);
    }

    /** The number of deltas that a reader gets. */
    public int events() {
        return switch (kind) {
            case TEXT -> count;
            case TOOLS -> count + 2; // the start and the end of the JSON
            case WHOLE -> 1;
        };
    }

    /** The number of characters in all deltas. */
    public long characters() {
        return switch (kind) {
            case TEXT -> (long) count * (isPaced() ? STAMP : PIECE);
            case TOOLS -> (long) count * PIECE + OPENING.length() + CLOSING.length();
            case WHOLE -> count;
        };
    }

    /** Whether each piece is sent alone, with the time of its sending as the text. */
    public boolean isPaced() {
        return periodMicros > 0;
    }

    String piece(int index) {
        if (isPaced()) {
            return "0".repeat(STAMP);
        }
        if (kind == Kind.TOOLS && index == 0) {
            return OPENING;
        }
        if (kind == Kind.TOOLS && index == events() - 1) {
            return CLOSING;
        }
        return PIECES[index % PIECES.length];
    }

    String wholeText() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < count; i++) {
            text.append(PIECES[i % PIECES.length]);
        }
        return text.substring(0, count);
    }
}
