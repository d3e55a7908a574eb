package dev.postern.http;

import dev.postern.benchmarks.server.Canned;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Decoding a stream with a handler that ignores the events. The result is per event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseDecoderJmh {
    private static final int EVENTS = 2_000;
    private static final int CHUNK = 16 << 10; // the size that the JDK's client delivers

    private final byte[] body = Canned.body("text-" + EVENTS, false);

    /** All events of a stream. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int events() {
        Counter counter = new Counter();
        SseDecoder<Object> decoder = new SseDecoder<>(counter, SseDecoder.DEFAULT_MAX_EVENT_BYTES);
        for (int at = 0; at < body.length; at += CHUNK) {
            decoder.decode(ByteBuffer.wrap(body, at, Math.min(CHUNK, body.length - at)), item -> {});
        }
        return counter.events;
    }

    private static final class Counter implements SseHandler<Object> {
        private int events;

        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super Object> out) {
            events++;
        }

        @Override
        public void end(Consumer<? super Object> out) {}

        @Override
        public Decoder.Phase phase() {
            return Decoder.Phase.OPEN;
        }
    }
}
