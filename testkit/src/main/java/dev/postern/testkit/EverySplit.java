package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Decodes the same bytes in different pieces, and fails if the results differ. */
public final class EverySplit {
    private EverySplit() {}

    /**
     * The result of decoding an answer.
     *
     * @param items the decoded items
     * @param failure kind and message of the failure; empty if there was none
     * @param phase the last phase of the decoder
     */
    public record Outcome<T>(List<T> items, String failure, Decoder.Phase phase) {

        /** The items; fails if there was a failure. */
        public List<T> good() {
            assertThat(failure).as("failure after " + items).isEmpty();
            return items;
        }
    }

    /** Decodes the bytes as a whole, split at every position, and one at a time, each time with a new decoder. */
    public static <T> Outcome<T> of(byte[] bytes, Supplier<? extends Decoder<T>> decoders) {
        Outcome<T> whole = inPieces(bytes, Math.max(1, bytes.length), decoders.get());
        for (int at = 1; at < bytes.length; at++) {
            List<byte[]> halves = List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
            assertThat(decode(halves, decoders.get())).as("split at byte " + at).isEqualTo(whole);
        }
        assertThat(inPieces(bytes, 1, decoders.get())).as("one byte at a time").isEqualTo(whole);
        return whole;
    }

    /** Decodes the bytes in pieces of one size. */
    public static <T> Outcome<T> inPieces(byte[] bytes, int size, Decoder<T> decoder) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return decode(pieces, decoder);
    }

    private static <T> Outcome<T> decode(List<byte[]> pieces, Decoder<T> decoder) {
        List<T> items = new ArrayList<>();
        Optional<LlmException> failure = Optional.empty();
        try {
            for (byte[] piece : pieces) {
                if (decoder.phase() != Decoder.Phase.DONE) { // like the transport
                    decoder.decode(readOnly(piece), items::add);
                }
            }
            decoder.end(items::add);
        } catch (LlmException e) {
            failure = Optional.of(e);
        }
        return new Outcome<>(
                List.copyOf(items),
                failure.map(e -> e.kind() + ": " + e.getMessage()).orElse(""),
                decoder.phase());
    }

    /** Read-only, like the buffers of the JDK's client. */
    private static ByteBuffer readOnly(byte[] piece) {
        return ByteBuffer.wrap(piece).asReadOnlyBuffer();
    }
}
