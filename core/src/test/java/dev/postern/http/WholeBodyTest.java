package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies that come in pieces of any size, of an announced length or not. */
class WholeBodyTest {
    private final List<byte[]> bodies = new ArrayList<>();

    private WholeBody<byte[]> whole(int maxBytes, long announced) {
        Map<String, List<String>> headers =
                announced < 0 ? Map.of() : Map.of("content-length", List.of(String.valueOf(announced)));
        HttpReply head = new HttpReply(
                URI.create("http://h/"), 200, HttpHeaders.of(headers, (name, value) -> true), new byte[0]);
        return new WholeBody<>(head, maxBytes, (reply, out) -> out.accept(reply.body()));
    }

    private static void decode(WholeBody<byte[]> whole, byte[] bytes, int from, int to) {
        ByteBuffer piece = ByteBuffer.wrap(bytes, from, to - from).asReadOnlyBuffer();
        whole.decode(piece, body -> {});
        assertThat(piece.hasRemaining()).isFalse();
    }

    @Test
    void theBodyIsJoinedFromPiecesOfAnySize() {
        Random random = new Random(3);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = new byte[random.nextInt(i % 10 == 0 ? 3 << 20 : 100_000)];
            random.nextBytes(bytes);
            long announced = // wrong ones are those of compressed bodies
                    switch (random.nextInt(3)) {
                        case 0 -> -1;
                        case 1 -> bytes.length;
                        default -> random.nextInt(bytes.length + 10);
                    };
            WholeBody<byte[]> whole = whole(4 << 20, announced);
            int largest = 1 + random.nextInt(random.nextBoolean() ? 50_000 : 300);
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + random.nextInt(largest + 1));
                decode(whole, bytes, at, to);
                at = to;
                if (random.nextInt(1000) == 0) {
                    assertThat(whole.isComplete()).isFalse(); // asks between the pieces, too
                }
            }
            whole.end(bodies::add);

            assertThat(bodies.remove(0)).isEqualTo(bytes);
        }
    }

    @Test
    void theBoundIsExact() {
        for (long announced : new long[] {-1, 5, 10}) {
            WholeBody<byte[]> whole = whole(10, announced);
            decode(whole, new byte[10], 0, 9);
            decode(whole, new byte[10], 0, 1);

            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(() -> decode(whole, new byte[10], 0, 1))
                    .withMessageContaining("is larger than 10 bytes");
        }
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> whole(10, 11))
                .withMessageContaining("is larger than 10 bytes");
    }

    @Test
    void anAnswerIsCompleteWhereverItsPiecesEnd() {
        byte[] json = {'{', '"', 'a', '}', '"', ':', '1', '}', '\n'};
        for (int cut = 0; cut <= json.length; cut++) {
            WholeBody<byte[]> whole = whole(100, -1);
            decode(whole, json, 0, cut);
            assertThat(whole.isComplete()).isEqualTo(cut >= 8);
            decode(whole, json, cut, json.length);

            assertThat(whole.isComplete()).isTrue();
        }
    }
}
