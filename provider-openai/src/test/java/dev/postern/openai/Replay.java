package dev.postern.openai;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpReply;
import dev.postern.http.RequestSecrets;
import dev.postern.testkit.EverySplit;
import dev.postern.testkit.project.GoldenText;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Decodes the body of a successful answer as the provider does, but with a fixed clock and predictable ids. */
final class Replay {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final URI ADDRESS = URI.create("http://localhost:8000/v1/chat/completions");

    private Replay() {}

    /** The events and the failure, as lines. Fails unless they are the same at every split of the bytes. */
    static List<String> atEverySplit(byte[] body, ServerProfile profile) {
        return EverySplit.of(body, () -> new Readable(decoder(profile))).good();
    }

    /** The same for an answer with this content type. */
    static List<String> atEverySplit(byte[] body, ServerProfile profile, String contentType) {
        return EverySplit.of(body, () -> new Readable(decoder(profile, false, contentType)))
                .good();
    }

    /** The same without splits. */
    static List<String> whole(byte[] body, ServerProfile profile) {
        return EverySplit.inPieces(body, Math.max(1, body.length), new Readable(decoder(profile)))
                .good();
    }

    /** The answer as {@code completions} returns it. */
    static CompletionResponse fold(byte[] body, ServerProfile profile) {
        return fold(body, profile, false);
    }

    /** The same for a request that asks for server fields. */
    static CompletionResponse foldWithServerFields(byte[] body, ServerProfile profile) {
        return fold(body, profile, true);
    }

    private static CompletionResponse fold(byte[] body, ServerProfile profile, boolean serverFields) {
        CompletionCollector collector = new CompletionCollector();
        EverySplit.inPieces(body, Math.max(1, body.length), decoder(profile, serverFields, ""))
                .good()
                .forEach(collector::accept);
        return collector.result();
    }

    /** The phase of the decoder after these bytes. */
    static Decoder.Phase phase(byte[] body) {
        return EverySplit.inPieces(body, Math.max(1, body.length), decoder(ServerProfile.GENERIC))
                .phase();
    }

    static HttpReply reply(int status, Map<String, List<String>> headers, byte[] body) {
        return new HttpReply(ADDRESS, status, HttpHeaders.of(headers, (name, value) -> true), body);
    }

    private static Decoder<StreamEvent> decoder(ServerProfile profile) {
        return decoder(profile, false, "");
    }

    private static Decoder<StreamEvent> decoder(ServerProfile profile, boolean serverFields, String contentType) {
        AtomicInteger ids = new AtomicInteger();
        ToolCallAssembler tools = new ToolCallAssembler(
                new ToolIds(profile.toolIds()),
                () -> "call_new" + ids.incrementAndGet(),
                ChatMessageWriter.origin(profile),
                1 << 20);
        ChatErrorReader errors = new ChatErrorReader("test", "asked", RequestSecrets.NONE, CLOCK);
        ServerFields fields = new ServerFields(serverFields, 1 << 20);
        ChatReader reader = new ChatReader(
                errors, new AnswerReader(errors, tools, profile, fields, "asked", new LinkedHashMap<>()));
        Map<String, List<String>> headers =
                contentType.isEmpty() ? Map.of() : Map.of("Content-Type", List.of(contentType));
        return new ReplyDecoder(reply(200, headers, new byte[0]), reader, new ReplyDecoder.Bounds(1 << 20, 1 << 20));
    }

    /** Turns events into lines and the failure into one line, so that whole failures are compared at every split. */
    private static final class Readable implements Decoder<String> {
        private final Decoder<StreamEvent> decoder;
        private boolean failed;

        Readable(Decoder<StreamEvent> decoder) {
            this.decoder = decoder;
        }

        @Override
        public void decode(ByteBuffer bytes, Consumer<? super String> out) {
            caught(() -> decoder.decode(bytes, event -> out.accept(GoldenText.of(event))), out);
        }

        @Override
        public void end(Consumer<? super String> out) {
            if (!failed) {
                caught(() -> decoder.end(event -> out.accept(GoldenText.of(event))), out);
            }
        }

        private void caught(Runnable step, Consumer<? super String> out) {
            try {
                step.run();
            } catch (LlmException e) {
                failed = true;
                out.accept(GoldenText.of(e));
            } catch (RuntimeException e) { // the transport turns it into PROTOCOL
                failed = true;
                out.accept("unreadable: " + e);
            }
        }

        @Override
        public Phase phase() {
            return failed ? Phase.DONE : decoder.phase();
        }
    }
}
