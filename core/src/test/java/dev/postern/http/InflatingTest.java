package dev.postern.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.testkit.EverySplit;
import dev.postern.testkit.EverySplit.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are compressed although the request does not ask for it. */
@Timeout(60)
class InflatingTest {
    private static final byte[] TEXT = "{\"a\": \"é, and more of it, and more of it\"}".getBytes(UTF_8);

    private static HttpReply head(String... codings) {
        return new HttpReply(
                URI.create("http://h/v1?key=secret"),
                200,
                HttpHeaders.of(Map.of("Content-Encoding", List.of(codings)), (name, value) -> true),
                new byte[0]);
    }

    /** A decoder that emits the body as one item. */
    private static Decoder<String> whole(int maxBytes, String... codings) {
        HttpReply head = head(codings);
        return Inflating.around(new WholeBody<>(head, maxBytes, (reply, out) -> out.accept(reply.text())), head);
    }

    private static Outcome<String> outcome(byte[] body, String... codings) {
        return EverySplit.of(body, () -> whole(1 << 20, codings));
    }

    private static byte[] compressed(byte[] text, String coding) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (coding) {
            case "gzip" -> new GZIPOutputStream(bytes);
            case "zlib" -> new DeflaterOutputStream(bytes);
            default -> new DeflaterOutputStream(bytes, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
        }) {
            out.write(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip", "GZIP, gzip", "x-gzip, gzip", "'identity, gzip', gzip", "deflate, zlib", "deflate, raw"})
    void eachCodingIsInflatedFromPiecesOfAnySize(String header, String coding) {
        assertThat(outcome(compressed(TEXT, coding), header).good()).containsExactly(new String(TEXT, UTF_8));
        assertThat(outcome(compressed(new byte[0], coding), header).good()).containsExactly("");
    }

    @Test
    void twoCodingsAreDecodedInTheirOrder() {
        byte[] body = compressed(compressed(TEXT, "zlib"), "gzip");

        assertThat(outcome(body, "deflate, gzip").good()).containsExactly(new String(TEXT, UTF_8));
        assertThat(outcome(body, "deflate", "gzip").good()).containsExactly(new String(TEXT, UTF_8));
    }

    @Test
    void withoutACodingTheDecoderIsNotWrapped() {
        Decoder<String> decoder = new LineCall.Lines();

        assertThat(Inflating.around(decoder, head())).isSameAs(decoder);
        assertThat(Inflating.around(decoder, head("identity"))).isSameAs(decoder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip", "g\u00e4zip"})
    void otherCodingsAreRefused(String codings) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> whole(100, codings))
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.PROTOCOL))
                .withMessage(
                        "The answer of http://h/v1 is encoded as '"
                                + (codings.equals("gzip, br") ? "br" : codings.replace('\u00e4', '?'))
                                + "'; Postern did not request this encoding. Turn it off in the server or in the proxies on the way.");
    }

    @Test
    void allFieldsOfAGzipHeaderAndAllMembersAreRead() throws IOException {
        byte[] plain = compressed(TEXT, "gzip");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        body.write(new byte[] {3, 0, 'a', 0, 'b'}); // extra
        body.write("name\0comment\0".getBytes(ISO_8859_1));
        body.write(new byte[] {1, 2}); // checksum of the header
        body.write(plain, 10, plain.length - 10);
        body.write(new byte[] {0x1F, (byte) 0x8B, 8, 4, 0, 0, 0, 0, 0, 3, 0, 0}); // no extra after all
        body.write(plain, 10, plain.length - 10);
        body.write(plain);
        body.write("rest".getBytes(ISO_8859_1));

        assertThat(outcome(body.toByteArray(), "gzip").good()).containsExactly(new String(TEXT, UTF_8).repeat(3));
    }

    /** Some proxies inflate a body and keep the header. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", " {}", "\n[]", "data: {}", "<html>", "\uFEFF{}", ": ping"})
    void aBodyThatIsNotCompressedIsUnchanged(String body) {
        assertThat(outcome(body.getBytes(UTF_8), "gzip").good()).containsExactly(body);
        if (body.startsWith("{")) {
            assertThat(outcome(body.getBytes(UTF_8), "deflate").good()).containsExactly(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zlib", "raw"})
    void aCorruptBodyIsAProtocolFailure(String coding) {
        byte[] body = compressed(TEXT, coding);
        byte[] corrupt = body.clone();
        Arrays.fill(corrupt, body.length / 2, body.length - 8, (byte) 0xFF);
        corrupt[0] = coding.equals("raw") ? 7 : corrupt[0]; // without a checksum only a block of no known type is wrong

        Outcome<String> outcome = outcome(corrupt, coding.equals("gzip") ? "gzip" : "deflate");

        assertThat(outcome.items()).isEmpty();
        assertThat(outcome.failure())
                .startsWith("PROTOCOL: The compressed answer of http://h/v1 is corrupt (")
                .endsWith("); check the proxies on the way.");
    }

    @Test
    void aWrongChecksumOrLengthIsCorrupt() {
        for (int back : new int[] {1, 5}) {
            byte[] body = compressed(TEXT, "gzip");
            body[body.length - back]++;

            assertThat(outcome(body, "gzip").failure()).contains("is corrupt (a wrong checksum)");
        }
    }

    @Test
    void aBodyThatIsNeitherTextNorCompressedIsCorrupt() {
        assertThat(outcome(new byte[] {0x1F, 0x1F, 8, 0}, "gzip").failure()).contains("is corrupt (no gzip header)");
        assertThat(outcome(new byte[] {0, 1, 2}, "gzip").failure()).contains("is corrupt (no gzip header)");
        byte[] endlessName = new byte[100_000];
        Arrays.fill(endlessName, (byte) 'n');
        System.arraycopy(new byte[] {0x1F, (byte) 0x8B, 8, 8, 0, 0, 0, 0, 0, 3}, 0, endlessName, 0, 10);
        assertThat(EverySplit.inPieces(endlessName, 1000, whole(100, "gzip")).failure())
                .contains("is corrupt (a gzip header of more than 65536 bytes)");
    }

    /** Whether an answer is complete does not depend on its coding. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zlib", "raw"})
    void aBodyThatIsCutOffIsIncompleteUnlessItsJsonIsWhole(String coding) {
        byte[] body = compressed(TEXT, coding);
        String header = coding.equals("gzip") ? "gzip" : "deflate";
        List<Boolean> whole = new ArrayList<>();
        for (int length = coding.equals("gzip") ? 11 : 1; length < body.length; length++) {
            Outcome<String> outcome = EverySplit.inPieces(Arrays.copyOf(body, length), 7, whole(1 << 20, header));
            whole.add(outcome.failure().isEmpty());
            if (outcome.failure().isEmpty()) {
                assertThat(outcome.items()).containsExactly(new String(TEXT, UTF_8));
            } else {
                assertThat(outcome.failure())
                        .isEqualTo(
                                "INCOMPLETE_STREAM: The compressed answer of http://h/v1 was cut off before its end.");
            }
        }
        assertThat(whole.get(0)).isFalse();
    }

    @Test
    void theBoundOfTheBodyCountsInflatedBytes() {
        byte[] body = compressed(new byte[5000], "gzip");

        assertThat(EverySplit.inPieces(body, 10, whole(5000, "gzip")).good()).hasSize(1);
        assertThat(EverySplit.inPieces(body, 10, whole(4999, "gzip")).failure())
                .startsWith("PROTOCOL: ")
                .contains("is larger than 4999 bytes");
    }

    /** One chunk could become a million events. */
    @Test
    void aBodyThatBecomesAThousandTimesAsLargeIsRefused() {
        byte[] body = compressed("data:a\n\n".repeat(4_000_000).getBytes(ISO_8859_1), "gzip");
        HttpReply head = head("gzip");
        Counting events = new Counting();

        Outcome<String> outcome =
                EverySplit.inPieces(body, 1 << 20, Inflating.around(new SseDecoder<>(events, 1 << 20), head));

        assertThat(body.length).isLessThan(200_000);
        assertThat(outcome.failure())
                .startsWith("PROTOCOL: ")
                .contains("is corrupt (it becomes more than 200 times as large)");
        assertThat(events.count).isBetween(1_000_000, 1_100_000);
    }

    @Test
    void manySimilarEventsAreAccepted() {
        StringBuilder stream = new StringBuilder();
        Random random = new Random(5);
        for (int i = 0; i < 60_000; i++) {
            stream.append(
                            "data: {\"id\":\"chatcmpl-abcdefghijklmnop\",\"object\":\"chat.completion.chunk\",\"created\":1,")
                    .append("\"model\":\"some-model-of-today\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" w")
                    .append(random.nextInt(50))
                    .append("\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
        }
        HttpReply head = head("gzip");
        Counting events = new Counting();

        EverySplit.inPieces(
                        compressed(stream.toString().getBytes(ISO_8859_1), "gzip"),
                        16_000,
                        Inflating.around(new SseDecoder<>(events, 1 << 20), head))
                .good();

        assertThat(events.count).isEqualTo(60_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEventIsDeliveredAtItsLastByte(boolean gzip) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        OutputStream server = gzip ? new GZIPOutputStream(wire, true) : new DeflaterOutputStream(wire, true);
        HttpReply head = head(gzip ? "gzip" : "deflate");
        Counting events = new Counting();
        Decoder<String> decoder = Inflating.around(new SseDecoder<>(events, 1000), head);

        for (int i = 1; i <= 5; i++) {
            server.write("data: a\n\n".getBytes(ISO_8859_1));
            server.flush();
            decoder.decode(ByteBuffer.wrap(wire.toByteArray()).asReadOnlyBuffer(), item -> {});
            wire.reset();

            assertThat(events.count).isEqualTo(i);
        }
    }

    @Test
    void nothingIsInflatedAfterTheEndMark() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] stream = compressed("data: a\n\ndata: [DONE]\n\n".getBytes(ISO_8859_1), "gzip");
        body.write(stream, 0, stream.length - 8);
        body.write("no checksum at all".getBytes(ISO_8859_1));
        HttpReply head = head("gzip");

        Outcome<String> outcome =
                EverySplit.of(body.toByteArray(), () -> Inflating.around(new SseDecoder<>(new Counting(), 1000), head));

        assertThat(outcome.good()).isEmpty();
        assertThat(outcome.phase()).isEqualTo(Decoder.Phase.DONE);
    }

    /** The status of an error decides; its body only improves the message. */
    @Test
    void anErrorKeepsItsStatusWithAnyBody() {
        byte[] body = compressed("{\"error\": \"full\"}".getBytes(UTF_8), "gzip");
        byte[] corrupt = Arrays.copyOf(body, body.length);
        corrupt[12] ^= 0x7F;

        assertThat(error(body, "gzip")).isEqualTo("{\"error\": \"full\"}");
        assertThat(error(Arrays.copyOf(body, 20), "gzip")).isNotNull();
        assertThat(error(corrupt, "gzip")).isNotNull();
        assertThat(error(body, "br")).isEmpty();
        assertThat(error("plain".getBytes(UTF_8), "gzip")).isEqualTo("plain");
        assertThat(error(compressed(new byte[100_000_000], "gzip"), "gzip")).hasSize(100);
    }

    private static String error(byte[] body, String coding) {
        Decoder<String> decoder = BoundedBody.of(
                new LineCall(URI.create("http://h/")),
                new HttpReply(URI.create("http://h/"), 503, head(coding).headers(), new byte[0]),
                100,
                null);
        LlmException[] failure = new LlmException[1];
        try {
            for (int at = 0; at < body.length && decoder.phase() != Decoder.Phase.DONE; at += 1000) {
                decoder.decode(ByteBuffer.wrap(body, at, Math.min(1000, body.length - at)), item -> {});
            }
            decoder.end(item -> {});
        } catch (LlmException e) {
            failure[0] = e;
        }
        assertThat(failure[0].status()).hasValue(503);
        return failure[0].serverMessage();
    }

    private static final class Counting implements SseHandler<String> {
        private int count;
        private boolean done;

        @Override
        public void event(String type, byte[] buffer, int offset, int length, Consumer<? super String> out) {
            count++;
            done = buffer[offset] == '[';
        }

        @Override
        public void end(Consumer<? super String> out) {}

        @Override
        public Decoder.Phase phase() {
            return done ? Decoder.Phase.DONE : Decoder.Phase.OPEN;
        }
    }
}
