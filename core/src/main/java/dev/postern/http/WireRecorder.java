package dev.postern.http;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Keeps the last HTTP exchanges of one or more transports, for a look at what happened before a failure. It can be switched on and
 * off at any time, and costs nothing while it is off. What it keeps is masked as in {@link WireLog}.
 *
 * <pre>{@code
 * WireRecorder recorder = new WireRecorder(20, 4_000_000);
 * HttpTransport transport = HttpTransport.builder().recorder(recorder).build();
 * recorder.start();
 * …
 * recorder.exchanges().forEach(System.out::println);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class WireRecorder {
    private static final int OVERHEAD = 400; // bytes of an exchange without its texts; a part has a fifth of it

    private final int maxExchanges;
    private final long maxBytes;
    private final WireLog settings;
    private final Deque<Entry> entries = new ArrayDeque<>(); // guarded by this, as is the next
    private long bytes;
    private volatile boolean running;

    /** Creates a recorder with the masks and limits of {@link WireLog#bodies}. */
    public WireRecorder(int maxExchanges, long maxBytes) {
        this(maxExchanges, maxBytes, WireLog.bodies());
    }

    /**
     * Creates a recorder, which is off.
     *
     * @param maxExchanges the most exchanges that are kept; the oldest one goes first
     * @param maxBytes about the most memory that their texts take
     * @param settings what is kept of each exchange, and what is masked
     * @throws IllegalArgumentException if a bound is less than 1
     */
    public WireRecorder(int maxExchanges, long maxBytes, WireLog settings) {
        if (maxExchanges < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("A bound of the recorder must be at least 1.");
        }
        this.maxExchanges = maxExchanges;
        this.maxBytes = maxBytes;
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /** Records the exchanges that begin from now on. */
    public void start() {
        running = true;
    }

    /** Records no further exchange. Those that have begun are recorded to their end. */
    public void stop() {
        running = false;
    }

    /** Whether exchanges are recorded. */
    public boolean isRunning() {
        return running;
    }

    /** The exchanges that are kept, the oldest first, with those that are not over. */
    public synchronized List<Exchange> exchanges() {
        return entries.stream().map(Entry::snapshot).toList();
    }

    /** Forgets all exchanges, also those that are not over. */
    public synchronized void clear() {
        entries.forEach(each -> each.kept = false);
        entries.clear();
        bytes = 0;
    }

    /** All exchanges as text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        exchanges().forEach(each -> text.append(each).append('\n'));
        return text.toString();
    }

    WireLog settings() {
        return settings;
    }

    synchronized WireTap.Out begin(WireTap.Facts facts) {
        Entry entry = new Entry(facts);
        entries.add(entry);
        add(entry, OVERHEAD + 2L * facts.address().length());
        return entry;
    }

    private void add(Entry to, long more) {
        to.bytes += more;
        bytes += more;
        while (!entries.isEmpty() && (entries.size() > maxExchanges || bytes > maxBytes)) {
            Entry oldest = entries.remove();
            oldest.kept = false;
            bytes -= oldest.bytes;
        }
    }

    /**
     * A part of the answer's body.
     *
     * @param millis when it was received, after the begin of the exchange
     * @param text an event with its lines, a frame, or a whole body
     */
    public record Part(long millis, String text) {}

    /**
     * One exchange.
     *
     * @param time when it began
     * @param callId the id of the call; empty if the call has no listener and no interceptor
     * @param attempt the number of the attempt in the call; 0 if the id is empty
     * @param method the method of the request
     * @param address the address without its query
     * @param requestHead the first line and the headers of the request, one per line
     * @param requestBody the body of the request
     * @param status the status of the answer; 0 if there is none
     * @param responseHead the status and the headers of the answer, one per line
     * @param parts the body of the answer
     * @param received the bytes of the answer's body that were read, inflated
     * @param end {@code complete}, {@code cancelled}, or the kind of the failure and its message; empty if it is not over
     * @param millis the duration, 0 if it is not over
     */
    public record Exchange(
            Instant time,
            String callId,
            int attempt,
            String method,
            String address,
            String requestHead,
            String requestBody,
            int status,
            String responseHead,
            List<Part> parts,
            long received,
            String end,
            long millis) {
        /** The exchange as text of several lines. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append(time).append(' ').append(method).append(' ').append(address);
            if (!callId.isEmpty()) {
                text.append(" (call ")
                        .append(callId)
                        .append(", attempt ")
                        .append(attempt)
                        .append(')');
            }
            append(text, " > ", requestHead);
            append(text, " > ", requestBody);
            append(text, " < ", responseHead);
            for (Part part : parts) {
                append(text, " < ", "after " + part.millis + " ms: " + part.text);
            }
            append(text, " = ", end.isEmpty() ? "not over" : end + " after " + millis + " ms");
            return text.append('\n').toString();
        }

        private static void append(StringBuilder text, String prefix, String lines) {
            if (!lines.isEmpty()) {
                text.append('\n').append(prefix).append(lines.replace("\n", "\n" + prefix));
            }
        }
    }

    /** An exchange that is being recorded. Guarded by the recorder. */
    private final class Entry implements WireTap.Out {
        private final WireTap.Facts facts;
        private final Instant time = Instant.now();
        private final List<Part> parts = new ArrayList<>();
        private String requestHead = "";
        private String requestBody = "";
        private String responseHead = "";
        private String end = "";
        private int status;
        private long received;
        private long millis;
        private long bytes;
        private boolean kept = true;

        Entry(WireTap.Facts facts) {
            this.facts = facts;
        }

        @Override
        public void request(String head, String body) {
            synchronized (WireRecorder.this) {
                requestHead = head;
                requestBody = body;
                grow(head.length() + body.length());
            }
        }

        @Override
        public void reply(int code, String head, long after) {
            synchronized (WireRecorder.this) {
                status = code;
                responseHead = head;
                grow(head.length());
            }
        }

        @Override
        public void part(String text, long after) {
            synchronized (WireRecorder.this) {
                if (kept) {
                    parts.add(new Part(after, text));
                    grow(text.length() + OVERHEAD / 10);
                }
            }
        }

        @Override
        public void end(int code, String how, long bytesRead, long after) {
            synchronized (WireRecorder.this) {
                status = code;
                end = how;
                received = bytesRead;
                millis = after;
                grow(how.length());
            }
        }

        private void grow(int characters) {
            if (kept) {
                add(this, 2L * characters);
            }
        }

        private Exchange snapshot() {
            return new Exchange(
                    time,
                    facts.callId(),
                    facts.attempt(),
                    facts.method(),
                    facts.address(),
                    requestHead,
                    requestBody,
                    status,
                    responseHead,
                    List.copyOf(parts),
                    received,
                    end,
                    millis);
        }
    }
}
