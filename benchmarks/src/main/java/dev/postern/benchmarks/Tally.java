package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Ear;
import dev.postern.benchmarks.subject.Mismatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pieces of consecutive streams, and checks that each stream was complete. Of the first stream it also checks the
 * text.
 */
final class Tally implements Ear {
    private final Expected expected;
    private final Script script;
    private final Delays delays;
    private final Consumer<@Nullable Throwable> ended;

    /** The count of all streams; one thread at a time writes it, and the measuring thread reads it. */
    private final AtomicLong characters = new AtomicLong();

    private final AtomicLong bytes = new AtomicLong();
    private volatile long bodyBytes; // of one stream; 0 until it is known
    private boolean checked;
    // Of the current stream.
    private long heard;
    private long pieces;
    private long received;
    private int hash;

    /** Receives each end of a stream, with the failure or null. */
    Tally(Expected expected, Delays delays, Consumer<@Nullable Throwable> ended) {
        this.expected = expected;
        this.script = expected.script();
        this.delays = delays;
        this.ended = ended;
    }

    @Override
    public void text(String piece) {
        int length = piece.length();
        if (length == 0) {
            return;
        }
        count(length);
        if (script.isPaced()) {
            delays.record(System.nanoTime() / 1000 - Long.parseLong(piece, 0, Script.STAMP, 10));
        }
        if (!checked) {
            check(piece);
        }
    }

    private void count(int length) {
        pieces++;
        heard += length;
        characters.lazySet(characters.get() + length);
    }

    private void check(String piece) {
        if (script.isPaced()) {
            if (!piece.substring(Script.STAMP).equals(Script.TAIL)) {
                ended.accept(wrong("the piece " + piece));
            }
            return;
        }
        for (int i = 0; i < piece.length(); i++) {
            hash = 31 * hash + piece.charAt(i);
        }
    }

    @Override
    public void stamp(long micros) {
        count(Script.STAMP + Script.TAIL.length());
        delays.record(System.nanoTime() / 1000 - micros);
    }

    @Override
    public void bytes(int count) {
        received += count;
        bytes.lazySet(bytes.get() + count);
    }

    @Override
    public void end(@Nullable Throwable failure, long expectedBytes) {
        Throwable wrong = failure;
        if (wrong == null && expectedBytes >= 0) {
            bodyBytes = expectedBytes;
            wrong = received == expectedBytes ? null : wrong(received + " bytes, not " + expectedBytes);
        } else if (wrong == null) {
            boolean joined = script.kind() == Script.Kind.TOOLS && pieces == 1; // as Spring AI does
            boolean whole = heard == expected.characters() && (joined || pieces == script.events());
            boolean same = checked || script.isPaced() || hash == expected.hash();
            wrong = whole && same
                    ? null
                    : wrong(pieces + " pieces of " + heard + " characters" + (whole ? ", of another text" : ""));
        }
        heard = pieces = received = 0;
        checked = true;
        ended.accept(wrong);
    }

    private Mismatch wrong(String what) {
        return new Mismatch("got " + what + " of " + script);
    }

    /** The number of events so far. Half a stream counts as half of its events. */
    double events() {
        long whole = bodyBytes;
        return whole > 0
                ? (double) bytes.get() * script.events() / whole
                : (double) characters.get() * script.events() / expected.characters();
    }

    /** Whether any data has arrived. */
    boolean began() {
        return characters.get() > 0 || bytes.get() > 0;
    }
}
