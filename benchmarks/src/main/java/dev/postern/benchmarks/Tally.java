package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;
import dev.postern.benchmarks.subject.Ear;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts the pieces of consecutive streams, and checks that each stream was complete. */
final class Tally implements Ear {
    private final Script script;
    private final Delays delays;
    private final Consumer<@Nullable Throwable> ended;

    /** The count of all streams; one thread at a time writes it, and the measuring thread reads it. */
    private final AtomicLong characters = new AtomicLong();

    private final AtomicLong bytes = new AtomicLong();
    private volatile long bodyBytes; // of one stream; 0 until it is known
    // Of the current stream.
    private long heard;
    private long pieces;
    private long received;

    /** Receives each end of a stream, with the failure or null. */
    Tally(Script script, Delays delays, Consumer<@Nullable Throwable> ended) {
        this.script = script;
        this.delays = delays;
        this.ended = ended;
    }

    @Override
    public void text(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        pieces++;
        heard += piece.length();
        characters.lazySet(characters.get() + piece.length());
        if (script.isPaced()) {
            delays.record(System.nanoTime() / 1000 - Long.parseLong(piece));
        }
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
            boolean whole = heard == script.characters() && (joined || pieces == script.events());
            wrong = whole ? null : wrong(pieces + " pieces of " + heard + " characters");
        }
        heard = pieces = received = 0;
        ended.accept(wrong);
    }

    private IllegalStateException wrong(String what) {
        return new IllegalStateException("got " + what + " of " + script);
    }

    /** The number of events so far. Half a stream counts as half of its events. */
    double events() {
        long whole = bodyBytes;
        return whole > 0
                ? (double) bytes.get() * script.events() / whole
                : (double) characters.get() * script.events() / script.characters();
    }

    /** Whether any data has arrived. */
    boolean began() {
        return characters.get() > 0 || bytes.get() > 0;
    }
}
