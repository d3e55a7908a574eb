package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.ScriptedServer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers whose length differs from the announced one. */
@Timeout(60)
class BodyLengthTest {
    private static final String ANSWER = "{\"a\": [\"}\"]}";

    private final HttpTransport transport = HttpTransport.builder().build(); // retries as it does by default

    @AfterEach
    void close() {
        transport.close();
    }

    private static LineCall whole(ScriptedServer server) {
        return new LineCall(server.uri())
                .asWhole()
                .decoder(head -> new WholeBody<>(head, 1000, (reply, out) -> out.accept(reply.text())));
    }

    private LlmException failure(LineCall call) {
        ExecutionException thrown = catchThrowableOfType(
                ExecutionException.class, () -> transport.send(call).get(30, TimeUnit.SECONDS));
        return (LlmException) thrown.getCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-5", "99999999999999999999", "0x5", "5, 5", "1e3", "5 bytes"})
    void anInvalidLengthIsAProtocolFailureAndNotRetried(String length) {
        try (ScriptedServer server = new ScriptedServer(exchange ->
                exchange.head(200, "Content-Length: " + length).send("hello").close())) {
            LineCall call = whole(server);

            LlmException failure = failure(call);

            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure).hasMessageContaining(length);
            assertThat(failure.retryable()).isFalse();
            assertThat(call.calls).hasValue(1);
        }
    }

    /** A retry would receive the same length, and each attempt would be charged. */
    @ParameterizedTest
    @ValueSource(strings = {"1001", "9000000000", "9223372036854775807"})
    void aLengthBeyondTheBoundIsRefusedBeforeTheBody(String length) {
        try (ScriptedServer server = new ScriptedServer(
                exchange -> exchange.head(200, "Content-Length: " + length).hold())) {
            LineCall call = whole(server);

            LlmException failure = failure(call);

            assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
            assertThat(failure).hasMessageContaining("is larger than 1000 bytes");
            assertThat(call.calls).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-5", "9000000000", "99999999999999999999"})
    void anErrorKeepsItsStatusWhateverItsLength(String length) {
        try (ScriptedServer server = new ScriptedServer(exchange ->
                exchange.head(400, "Content-Length: " + length).send("no").close())) {
            assertThat(failure(whole(server)).status()).hasValue(400);
        }
    }

    @Test
    void aJsonAnswerIsCompleteWithoutTheEndOfItsHttpBody() throws Exception {
        for (int way = 0; way < 4; way++) {
            int kind = way;
            try (ScriptedServer server = new ScriptedServer(exchange -> {
                switch (kind) {
                    case 0 ->
                        exchange.beginChunked(200, "application/json")
                                .chunk(ANSWER)
                                .close();
                    case 1 ->
                        exchange.beginChunked(200, "application/json")
                                .chunk(" \n")
                                .chunk(ANSWER + "\n")
                                .close();
                    case 2 ->
                        exchange.head(200, "Content-Length: 500").send(ANSWER).close();
                    default ->
                        exchange.head(200, "Connection: close").send(ANSWER).close();
                }
            })) {
                LineCall call = whole(server);

                assertThat(transport.send(call).get(30, TimeUnit.SECONDS)).isEqualToIgnoringWhitespace(ANSWER);
                assertThat(call.calls).hasValue(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a": [1, 2]
            {"a": "}
            [{"a": 1}
            {"a": 1}, {
            text
            12
            """)
    void anythingElseIsCutOff(String part) {
        try (HttpTransport once =
                        HttpTransport.builder().retries(RetryPolicy.none()).build();
                ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "application/json")
                        .chunk(part)
                        .close())) {
            ExecutionException thrown = catchThrowableOfType(
                    ExecutionException.class, () -> once.send(whole(server)).get(30, TimeUnit.SECONDS));

            assertThat(((LlmException) thrown.getCause()).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        }
    }

    @Test
    void aStatusOfPartialContentIsAFailure() {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.answer(206, "application/json", ANSWER))) {
            LlmException failure = failure(whole(server));

            assertThat(failure.status()).hasValue(206);
            assertThat(failure.serverMessage()).isEqualTo(ANSWER);
        }
    }
}
