package dev.postern.http;

import dev.postern.flow.Dispatcher;
import dev.postern.flow.SerialLoop;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of one exchange to the logger, in order: on the thread that brings them if that may block, else in the pool.
 * What waits is bounded for all exchanges together; further messages are dropped and counted.
 */
final class WireLines implements WireTap.Out {
    private static final System.Logger LOGGER = System.getLogger("dev.postern.wire");
    static final int MOST_WAITING = 4 << 20; // characters
    private static final AtomicInteger WAITING = new AtomicInteger(); // characters of all exchanges

    private final WireTap.Facts facts;
    private final boolean asked;
    private final Queue<Message> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private final SerialLoop loop = SerialLoop.blocking(this::pass, Dispatcher.shared());

    private record Message(Level level, String text) {}

    /** Creates the log of one exchange; {@code asked} if code wants it, rather than the level of the logger. */
    WireLines(WireTap.Facts facts, boolean asked) {
        this.facts = facts;
        this.asked = asked;
        loop.open();
    }

    /** What is logged of an exchange whose call or transport asks for this; null if nothing is. */
    static @Nullable WireLog loggable(WireLog asked) {
        if (asked.depth == WireLog.BY_LEVEL) {
            return !LOGGER.isLoggable(Level.DEBUG)
                    ? null
                    : asked.at(LOGGER.isLoggable(Level.TRACE) ? WireLog.BODIES : WireLog.LINES);
        }
        return asked.depth > WireLog.OFF && LOGGER.isLoggable(Level.INFO) ? asked : null;
    }

    @Override
    public void request(String head, String body) {
        int line = head.indexOf('\n');
        String first = line < 0 ? head : head.substring(0, line);
        add(Level.TRACE, first + facts.mark() + lines(" >", head.substring(first.length())) + text(" >", body), false);
    }

    @Override
    public void reply(int status, String head, long millis) {
        String first = Integer.toString(status);
        add(Level.TRACE, first + " after " + millis + " ms" + lines(" <", head.substring(first.length())), false);
    }

    @Override
    public void part(String text, long millis) {
        add(Level.TRACE, "after " + millis + " ms" + text(" <", text), false);
    }

    @Override
    public void end(int status, String how, long received, long millis) {
        String text = facts.method() + " " + facts.address() + " " + (status == 0 ? "no answer" : "" + status) + " in "
                + millis + " ms, " + WireMask.number(facts.sent()) + " bytes sent, " + WireMask.number(received)
                + " received, " + how + facts.mark();
        add(Level.DEBUG, text, true);
    }

    private static String text(String prefix, String text) {
        return text.isEmpty() ? "" : lines(prefix, "\n" + text);
    }

    /** Each line of a message has a prefix, so no content can look like another message. */
    private static String lines(String prefix, String text) {
        return text.replace("\n", "\n" + prefix + " ");
    }

    private void add(Level level, String text, boolean always) {
        if (!always && WAITING.get() > MOST_WAITING) {
            dropped.incrementAndGet();
            return;
        }
        int lost = dropped.getAndSet(0);
        String begin = "#" + facts.number() + " ";
        String note = lost == 0 ? "" : begin + WireMask.number(lost) + " messages dropped, as the log is too slow\n";
        Message message = new Message(asked ? Level.INFO : level, note + begin + text);
        WAITING.addAndGet(message.text.length());
        waiting.add(message);
        loop.signal();
    }

    private void pass() {
        for (Message next; (next = waiting.poll()) != null; ) {
            try {
                LOGGER.log(next.level, next.text);
            } catch (RuntimeException | LinkageError e) { // there is nobody to tell
                dropped.incrementAndGet();
            } finally {
                if (WAITING.addAndGet(-next.text.length()) == 0) {
                    synchronized (WAITING) {
                        WAITING.notifyAll();
                    }
                }
            }
        }
    }

    /** Waits until all messages are written, but no longer than a second; not on a thread that must not block. */
    static void flush() {
        try {
            Dispatcher.requireBlocking("close()");
        } catch (IllegalStateException e) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        synchronized (WAITING) {
            try {
                for (long left; WAITING.get() > 0 && (left = end - System.nanoTime()) > 0; ) {
                    TimeUnit.NANOSECONDS.timedWait(WAITING, Math.max(left, 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
