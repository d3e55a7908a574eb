package dev.postern.bedrock;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpReply;
import dev.postern.http.RequestSecrets;
import dev.postern.http.WholeBody;
import dev.postern.testkit.EverySplit;
import dev.postern.testkit.project.GoldenText;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Decodes the bytes of an answer as the provider does. */
final class ConverseReplay {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    static final int MAX_FRAME = 1 << 20;
    private static final int MAX_ANSWER = 1 << 20;

    private static final URI ADDRESS = URI.create("http://localhost:8000/model/asked/converse");

    private ConverseReplay() {}

    /** The events and the failure of a stream as lines. Verifies that they are the same at every split of the bytes. */
    static List<String> atEverySplit(byte[] stream) {
        return EverySplit.of(stream, () -> new Readable(decoder(MAX_FRAME))).good();
    }

    /** The events and the failure of a stream as lines, without splits. */
    static List<String> at(byte[] stream) {
        return lines(stream, () -> decoder(MAX_FRAME));
    }

    /** The same for a request that asks for server fields. */
    static List<String> atWithServerFields(byte[] stream) {
        return lines(stream, ConverseReplay::decoderWithServerFields);
    }

    static List<String> lines(byte[] bytes, Supplier<Decoder<StreamEvent>> decoder) {
        return EverySplit.inPieces(bytes, Math.max(1, bytes.length), new Readable(decoder.get()))
                .good();
    }

    /** The events and the failure of a whole answer as lines. */
    static List<String> whole(byte[] body) {
        return lines(body, () -> wholeBody(reader(false)));
    }

    static CompletionResponse fold(byte[] stream) {
        return fold(stream, decoder(MAX_FRAME));
    }

    static CompletionResponse foldWhole(byte[] body) {
        return fold(body, wholeBody(reader(false)));
    }

    /** The same for a request that asks for server fields. */
    static CompletionResponse foldWithServerFields(byte[] stream) {
        return fold(stream, decoderWithServerFields());
    }

    static CompletionResponse foldWholeWithServerFields(byte[] body) {
        return fold(body, wholeBody(reader(true)));
    }

    private static CompletionResponse fold(byte[] bytes, Decoder<StreamEvent> decoder) {
        CompletionCollector collector = new CompletionCollector();
        EverySplit.inPieces(bytes, Math.max(1, bytes.length), decoder).good().forEach(collector::accept);
        return collector.result();
    }

    static Decoder<StreamEvent> decoderWithServerFields() {
        return new EventStreamDecoder(reader(true), MAX_FRAME);
    }

    static Decoder<StreamEvent> decoder(int maxFrame) {
        return new EventStreamDecoder(reader(false), maxFrame);
    }

    private static Decoder<StreamEvent> wholeBody(ConverseReader reader) {
        return new WholeBody<>(reply(200, Map.of(), new byte[0]), 1 << 20, (reply, out) -> reader.whole(reply, out));
    }

    private static ConverseReader reader(boolean serverFields) {
        ConverseErrorReader errors = new ConverseErrorReader("test", "asked", RequestSecrets.NONE, CLOCK);
        ToolIdentifiers ids = new ToolIdentifiers();
        ids.toWireName("get.weather"); // the golden files have the name that Converse accepts
        return new ConverseReader(
                errors,
                new ContentBlocks(ids, MAX_ANSWER, serverFields),
                "asked",
                new AnswerFields(Map.of(), serverFields));
    }

    static HttpReply reply(int status, Map<String, List<String>> headers, byte[] body) {
        return new HttpReply(ADDRESS, status, HttpHeaders.of(headers, (name, value) -> true), body);
    }

    /** Converts events and the failure to lines, so that the whole failure is compared at every split. */
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
                failure(e, out);
            } catch (RuntimeException e) { // the transport reports it as PROTOCOL
                failed = true;
                out.accept("unreadable: " + e);
            }
        }

        /** The retry delay is a separate line, and so is a retryable flag that differs from that of the kind. */
        private static void failure(LlmException failure, Consumer<? super String> out) {
            out.accept(GoldenText.of(failure));
            failure.retryAfter().ifPresent(wait -> out.accept("wait " + wait));
            if (failure.retryable() != failure.kind().retryable()) {
                out.accept("retryable " + failure.retryable());
            }
        }

        @Override
        public Phase phase() {
            return failed ? Phase.DONE : decoder.phase();
        }
    }
}
