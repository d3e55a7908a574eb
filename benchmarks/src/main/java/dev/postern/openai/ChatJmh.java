package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import dev.postern.benchmarks.server.Canned;
import dev.postern.http.RequestSecrets;
import dev.postern.http.SseDecoder;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The OpenAI provider without a network. The results are per event of a stream, whole answer or request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChatJmh {
    private static final int EVENTS = 2_000;
    private static final int CHUNK = 16 << 10; // the size that the JDK's client delivers

    private final byte[] text = Canned.body("text-" + EVENTS, false);
    private final byte[] tools = Canned.body("tools-" + EVENTS, false);
    private final byte[] small = Canned.body("whole-1024", false);
    private final byte[] large = Canned.body("whole-200000", false);
    private final ServerProfile profile = ServerProfile.forBaseUrl(URI.create("https://api.openai.com/v1"));
    private final CompletionRequest brief = CompletionRequest.of("Say what you were made to say.");
    private final CompletionRequest talk = talk();

    private static CompletionRequest talk() {
        CompletionRequest.Builder talk = CompletionRequest.builder().system("You are brief.");
        for (int i = 0; i < 50; i++) {
            talk.user(
                    "A question of some length, which is the number " + i + " of this conversation, and no end of it.");
            talk.assistant("An answer that is about as long as the question, and says what such answers say: " + i);
        }
        return talk.user("And now?").build();
    }

    private ChatReader reader() {
        ChatErrorReader errors = new ChatErrorReader("openai", "m", RequestSecrets.NONE, Clock.systemUTC());
        ToolCallAssembler calls = new ToolCallAssembler(
                new ToolIds(profile.toolIds()), () -> "call_1", ChatMessageWriter.origin(profile), 1 << 20);
        ServerFields fields = new ServerFields(false, Integer.MAX_VALUE);
        return new ChatReader(errors, new AnswerReader(errors, calls, profile, fields, "m", new LinkedHashMap<>()));
    }

    private void stream(byte[] body, Blackhole out) {
        SseDecoder<StreamEvent> decoder = new SseDecoder<>(reader(), SseDecoder.DEFAULT_MAX_EVENT_BYTES);
        for (int at = 0; at < body.length; at += CHUNK) {
            decoder.decode(ByteBuffer.wrap(body, at, Math.min(CHUNK, body.length - at)), out::consume);
        }
        decoder.end(out::consume);
    }

    /** Bytes to events, with text. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void textEvents(Blackhole out) {
        stream(text, out);
    }

    /** Bytes to events, with the arguments of a tool call. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void toolEvents(Blackhole out) {
        stream(tools, out);
    }

    /** An answer of 1 KB. */
    @Benchmark
    public List<StreamEvent> smallAnswer() {
        List<StreamEvent> events = new ArrayList<>();
        reader().whole(small, events::add);
        return events;
    }

    /** An answer of 200 KB. */
    @Benchmark
    public List<StreamEvent> largeAnswer() {
        List<StreamEvent> events = new ArrayList<>();
        reader().whole(large, events::add);
        return events;
    }

    /** A request of one message. */
    @Benchmark
    public byte[] smallRequest() {
        return new ChatRequestWriter(brief, "m", true, profile, new ToolIds(profile.toolIds())).write();
    }

    /** A request of a hundred messages. */
    @Benchmark
    public byte[] largeRequest() {
        return new ChatRequestWriter(talk, "m", true, profile, new ToolIds(profile.toolIds())).write();
    }
}
