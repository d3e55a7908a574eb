package dev.postern.bedrock;

import dev.postern.CompletionRequest;
import dev.postern.benchmarks.server.Canned;
import dev.postern.http.RequestSecrets;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The Bedrock provider without a network. The results are per frame of a stream or per request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConverseJmh {
    private static final int EVENTS = 2_000;
    private static final int CHUNK = 16 << 10; // the size that the JDK's client delivers
    private static final String MODEL = "amazon.nova-lite-v1:0";

    private final byte[] text = Canned.body("text-" + EVENTS, true);
    private final byte[] tools = Canned.body("tools-" + EVENTS, true);
    private final CompletionRequest brief = CompletionRequest.of("Say what you were made to say.");

    private static void stream(byte[] body, Blackhole out) {
        ConverseErrorReader errors = new ConverseErrorReader("bedrock", MODEL, RequestSecrets.NONE, Clock.systemUTC());
        ContentBlocks blocks = new ContentBlocks(new ToolIdentifiers(), Integer.MAX_VALUE, false);
        ConverseReader reader = new ConverseReader(errors, blocks, MODEL, new AnswerFields(Map.of(), false));
        EventStreamDecoder decoder = new EventStreamDecoder(reader, BedrockProviderBuilder.DEFAULT_MAX_FRAME_BYTES);
        for (int at = 0; at < body.length; at += CHUNK) {
            decoder.decode(ByteBuffer.wrap(body, at, Math.min(CHUNK, body.length - at)), out::consume);
        }
        decoder.end(out::consume);
    }

    /** Bytes to events, with text. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void textFrames(Blackhole out) {
        stream(text, out);
    }

    /** Bytes to events, with the arguments of a tool call. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void toolFrames(Blackhole out) {
        stream(tools, out);
    }

    /** A request of one message. */
    @Benchmark
    public byte[] smallRequest() {
        ConverseSettings settings = new ConverseSettings("", "", Set.of());
        ModelFamily family = ModelFamily.of(MODEL);
        CacheSupport caches = CacheSupport.of(family, MODEL);
        return new ConverseRequestWriter(brief, family, settings, true, new ToolIdentifiers(), caches).write();
    }
}
