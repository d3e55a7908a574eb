package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstItemDecoderTest {

    /**
     * Otherwise, for a whole answer to a request in a changed form, the token timeouts would apply, and an answer
     * without its last HTTP chunk would be lost.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isWholeAndCompleteIfItsDecoderIs(boolean whole) {
        Decoder<String> decoder = new Decoder<>() {
            @Override
            public void decode(ByteBuffer bytes, Consumer<? super String> out) {}

            @Override
            public void end(Consumer<? super String> out) {}

            @Override
            public Phase phase() {
                return Phase.OPEN;
            }

            @Override
            public boolean isComplete() {
                return whole;
            }

            @Override
            public boolean isWhole() {
                return whole;
            }
        };
        FirstItemDecoder<String> outer = new FirstItemDecoder<>(decoder, () -> {});
        assertThat(outer.isWhole()).isEqualTo(whole);
        assertThat(outer.isComplete()).isEqualTo(whole);
    }
}
