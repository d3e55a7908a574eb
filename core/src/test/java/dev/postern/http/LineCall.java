package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The smallest protocol: each line is an item. {@code #} begins a comment, {@code ANSWERED} and {@code DONE} set the
 * phase, {@code BAD} makes the decoder throw.
 */
class LineCall implements Operation<String> {
    static final Timeouts PATIENT =
            Timeouts.defaults().withResponseStart(Duration.ofSeconds(30)).withIdle(Duration.ofSeconds(30));

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger decoders = new AtomicInteger();
    private final URI uri;
    private Timeouts timeouts = PATIENT;
    private boolean stream;
    private Function<HttpReply, Decoder<String>> reader = head -> new Lines();

    LineCall(URI uri) {
        this.uri = uri;
    }

    LineCall timeouts(Timeouts limits) {
        timeouts = limits;
        return this;
    }

    /** Each line is a token of a stream. */
    LineCall asStream() {
        stream = true;
        return this;
    }

    /** The lines are a whole answer. */
    LineCall asWhole() {
        stream = false;
        return this;
    }

    LineCall decoder(Function<HttpReply, Decoder<String>> decoder) {
        reader = decoder;
        return this;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public HttpCall call() {
        calls.incrementAndGet();
        return HttpCall.post(uri, Map.of(), "question".getBytes(UTF_8));
    }

    @Override
    public Decoder<String> decoder(HttpReply head) {
        decoders.incrementAndGet();
        return reader.apply(head);
    }

    /** The status is the code, the body the server's message. */
    @Override
    public LlmException error(HttpReply reply) {
        Kind kind = reply.status() == 429 || reply.status() >= 500 ? Kind.OVERLOADED : Kind.INVALID_REQUEST;
        String wait = reply.header("retry-after");
        return LlmException.builder(kind, "status " + reply.status())
                .status(reply.status())
                .serverMessage(reply.text())
                .retryAfter(wait.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(wait)))
                .build();
    }

    @Override
    public boolean isStream() {
        return stream;
    }

    @Override
    public Timeouts timeouts() {
        return timeouts;
    }

    static final class Lines implements Decoder<String> {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private Phase phase = Phase.OPEN;

        @Override
        public void decode(ByteBuffer bytes, Consumer<? super String> out) {
            while (bytes.hasRemaining() && phase != Phase.DONE) {
                byte next = bytes.get();
                if (next == '\n') {
                    line(line.toString(UTF_8), out);
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        }

        private void line(String text, Consumer<? super String> out) {
            switch (text) {
                case "ANSWERED" -> phase = Phase.ANSWERED;
                case "DONE" -> phase = Phase.DONE;
                case "BAD" -> throw new IllegalStateException("a bad line");
                default -> {
                    if (!text.startsWith("#")) {
                        out.accept(text);
                    }
                }
            }
        }

        @Override
        public void end(Consumer<? super String> out) {
            if (phase == Phase.OPEN) {
                throw new LlmException(Kind.INCOMPLETE_STREAM, "the lines have no end");
            }
            out.accept("end");
        }

        @Override
        public Phase phase() {
            return phase;
        }
    }
}
