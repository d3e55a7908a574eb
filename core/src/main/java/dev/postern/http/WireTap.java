package dev.postern.http;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.call.CallScope;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees one exchange and passes its texts on, masked and bounded. Created with the request, by the thread that sends it; then used
 * by the passes of the stream only.
 */
final class WireTap {
    /**
     * Facts about an exchange.
     *
     * @param number counts the exchanges of the process that were seen
     * @param callId the id of the call; empty if nothing is registered that would need one
     * @param attempt the number of the attempt, 0 if unknown
     */
    record Facts(long number, String callId, int attempt, String method, String address, int sent) {
        /** The call and the attempt. */
        String mark() {
            return callId.isEmpty() ? "" : " (call " + callId + ", attempt " + attempt + ")";
        }
    }

    /** Where the texts go. Heads and parts come only if they are wanted. Times are milliseconds since the begin. */
    interface Out {
        void request(String head, String body);

        void reply(int status, String head, long millis);

        void part(String text, long millis);

        void end(int status, String how, long received, long millis);
    }

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final HttpTransport transport;
    private final WireLog with;
    private final WireMask mask;
    private final Out out;
    private final @Nullable WireTap next;
    private final long begun;
    private int status;
    private @Nullable WireSplitter body;
    private int left; // characters of the body that may be shown
    private long received;
    private long hidden; // parts that are not shown
    private boolean over;

    private WireTap(HttpTransport transport, WireLog with, WireMask mask, Out out, @Nullable WireTap next) {
        this.transport = transport;
        this.with = with;
        this.mask = mask;
        this.out = out;
        this.next = next;
        this.begun = transport.timer().nanoTime();
        this.left = with.maxBody;
    }

    /**
     * The tap for an exchange; the log and the recorder have one each.
     *
     * @param log what is logged, null for nothing
     * @param asked whether code asks for this, rather than the level of the logger
     */
    static WireTap open(
            HttpTransport transport,
            @Nullable WireLog log,
            boolean asked,
            @Nullable WireRecorder recorder,
            Operation<?> operation,
            CallScope.@Nullable Attempt attempt,
            HttpCall call) {
        CompletionRequest request = operation instanceof ModelOperation<?> of ? of.request() : null;
        CallScope scope = attempt == null ? null : CallScope.of(attempt.request());
        Facts facts = new Facts(
                NUMBERS.incrementAndGet(),
                scope == null ? "" : scope.callId(),
                attempt == null ? 0 : attempt.number(),
                call.method(),
                new WireMask(call, request, List.of()).text(HttpCall.shown(call.uri())),
                call.body().length);
        WireTap tap = null;
        if (log != null) {
            WireMask mask = new WireMask(call, request, log.names);
            tap = new WireTap(transport, log, mask, new WireLines(facts, asked), null);
        }
        if (recorder != null) {
            WireLog with = recorder.settings();
            tap = new WireTap(transport, with, new WireMask(call, request, with.names), recorder.begin(facts), tap);
        }
        Objects.requireNonNull(tap).each(each -> each.request(call));
        return tap;
    }

    private void request(HttpCall call) {
        if (with.depth >= WireLog.HEADS) {
            StringBuilder head = new StringBuilder(call.method()).append(' ').append(mask.address(call.uri()));
            new TreeMap<>(call.headers()).forEach((name, value) -> header(head, name, value));
            boolean shown = with.depth >= WireLog.BODIES;
            out.request(cut(head), shown ? mask.text(call.body(), 0, call.body().length, 0, with.maxBody) : "");
        }
    }

    private void header(StringBuilder head, String name, String value) {
        head.append('\n').append(mask.header(name, value));
    }

    private String cut(StringBuilder head) {
        int most = Math.max(with.maxBody, 1024);
        return head.length() <= most ? head.toString() : head.substring(0, most) + "…";
    }

    /** The head of the answer was received. */
    void head(HttpReply reply) {
        each(tap -> tap.reply(reply));
    }

    private void reply(HttpReply reply) {
        status = reply.status();
        if (with.depth >= WireLog.HEADS) {
            StringBuilder head = new StringBuilder().append(status);
            HttpHeaders headers = reply.headers();
            for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
                header.getValue().forEach(value -> header(head, header.getKey(), value));
            }
            out.reply(status, cut(head), millis());
        }
        if (with.depth >= WireLog.BODIES) {
            String type = reply.mediaType();
            boolean whole = !type.equals("text/event-stream") && !type.equals("application/vnd.amazon.eventstream");
            int most = whole ? with.maxBody : Math.min(with.maxBody, with.maxEvent);
            body = new WireSplitter(type, most + WireMask.SLACK, (title, bytes, from, to, missing) -> {
                if (left <= 0) {
                    hidden++;
                    return;
                }
                int max = Math.min(left, most);
                String text = mask.text(title) + mask.text(bytes, from, to, missing, max);
                left -= Math.min(left, text.length());
                out.part(text, millis());
            });
        }
    }

    /** Bytes of the body are about to be decoded. Does not change the buffer. */
    void bytes(ByteBuffer bytes) {
        each(tap -> {
            tap.received += bytes.remaining();
            if (tap.body != null) {
                tap.body.bytes(bytes.asReadOnlyBuffer());
            }
        });
    }

    /** The exchange is over, with a failure, or with null. Further ends are ignored. */
    void end(@Nullable Throwable failure) {
        end(
                failure == null
                        ? "complete"
                        : failure instanceof LlmException known
                                ? known.kind() + ": " + known.getMessage()
                                : "stopped by " + failure.getClass().getName());
    }

    /** The caller has cancelled. */
    void cancelled() {
        end("cancelled");
    }

    private void end(String how) {
        each(tap -> {
            if (!tap.over) {
                if (tap.body != null) {
                    tap.body.end();
                }
                String note = tap.hidden == 0 ? "" : " (" + WireMask.number(tap.hidden) + " more events not shown)";
                tap.out.end(tap.status, tap.mask.text(how) + note, tap.received, tap.millis());
            }
            tap.over = true;
        });
    }

    /** A defect here must not break the call. */
    private void each(Consumer<WireTap> action) {
        for (WireTap each = this; each != null; each = each.next) {
            try {
                action.accept(each);
            } catch (RuntimeException e) {
                each.over = true;
            }
        }
    }

    private long millis() {
        return (transport.timer().nanoTime() - begun) / 1_000_000;
    }

    /** A decoder that shows the bytes to the tap before another one decodes them. */
    <T> Decoder<T> around(Decoder<T> decoder) {
        return new Tapped<>(this, decoder);
    }

    private record Tapped<T>(WireTap tap, Decoder<T> inner) implements Decoder<T> {
        @Override
        public void decode(ByteBuffer bytes, Consumer<? super T> sink) {
            tap.bytes(bytes);
            inner.decode(bytes, sink);
        }

        @Override
        public void end(Consumer<? super T> sink) {
            inner.end(sink);
        }

        @Override
        public Phase phase() {
            return inner.phase();
        }

        @Override
        public boolean isComplete() {
            return inner.isComplete();
        }

        @Override
        public boolean isWhole() {
            return inner.isWhole();
        }
    }
}
