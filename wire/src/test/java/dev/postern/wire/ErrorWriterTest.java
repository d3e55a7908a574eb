package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers of a gateway learn about a failure, and what is removed. */
class ErrorWriterTest {
    private static final LlmException SLOW_DOWN = LlmException.builder(
                    Kind.RATE_LIMITED, "'openai' (model gpt-4o) answered 429: Slow down. http://10.0.0.1/v1")
            .backend("openai")
            .model("gpt-4o")
            .status(429)
            .code("rate_limit_exceeded")
            .serverMessage("Slow down")
            .requestId("upstream-7")
            .retryAfter(Duration.ofMillis(1500))
            .build();

    @Test
    void theBodyHasADetailForPythonClientsAndAnErrorForGatewayClient() {
        assertThat(Json.parse(ErrorWriter.write(SLOW_DOWN, "r1")))
                .isEqualTo(Map.of(
                        "detail",
                        "'openai' (model gpt-4o) answered 429: Slow down.",
                        "error",
                        Map.of(
                                "kind", "rate_limited",
                                "message", "'openai' (model gpt-4o) answered 429: Slow down.",
                                "backend", "openai",
                                "retryable", true,
                                "request_id", "r1",
                                "model", "gpt-4o",
                                "code", "rate_limit_exceeded",
                                "status", 429,
                                "retry_after", 1.5)));
    }

    @Test
    void theEventHasTheSameFieldsInOneObject() {
        JsonObject event = Json.object(EventWriter.error(SLOW_DOWN, "r1"));
        JsonObject body = Json.object(ErrorWriter.write(SLOW_DOWN, "r1"));

        assertThat(event.text("type")).isEqualTo("error");
        assertThat(event.text("detail")).isEqualTo(body.text("detail"));
        for (String field : body.object("error").names()) {
            assertThat(event.get(field))
                    .as(field)
                    .isEqualTo(body.object("error").get(field));
        }
    }

    @Test
    void withoutARequestIdOfTheGatewayThatOfTheBackendIsWritten() {
        assertThat(Json.object(ErrorWriter.write(SLOW_DOWN, "")).object("error").text("request_id"))
                .isEqualTo("upstream-7");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachKindIsRestoredFromBodyAndEvent(Kind kind) {
        LlmException failure = LlmException.builder(kind, "It went wrong.")
                .retryable(!kind.retryable())
                .model("m")
                .status(kind == Kind.OVERLOADED ? 0 : 418)
                .code("c")
                .retryAfter(Duration.ofSeconds(7, 5))
                .build();
        byte[] event = EventWriter.error(failure, "r1");

        LlmException ofBody = ErrorReader.read(599, ErrorWriter.write(failure, "r1"), Duration.ofDays(1));
        LlmException ofEvent =
                catchThrowableOfType(LlmException.class, () -> new EventReader().read(event, 0, event.length));

        assertThat(ofBody.kind()).isEqualTo(kind);
        assertThat(ofBody.retryable()).isEqualTo(!kind.retryable());
        assertThat(ofBody.retryAfter()).hasValue(Duration.ofSeconds(7, 5));
        assertThat(ofBody).hasMessage(ErrorWriter.detail(failure));
        assertThat(ModelText.of(ofEvent.toBuilder().status(0).build()))
                .isEqualTo(ModelText.of(ofBody.toBuilder().status(0).build()));
        assertThat(ofEvent.status()).isEqualTo(failure.status());
        assertThat(ofBody.status())
                .hasValue(failure.status().orElse(599)); // the status of the answer, if the failure has none
    }

    @Test
    void theHeaderIsUsedIfTheBodyHasNoDelay() {
        LlmException failure = new LlmException(Kind.OVERLOADED, "Full.");

        assertThat(ErrorReader.read(503, ErrorWriter.write(failure, ""), Duration.ofSeconds(3))
                        .retryAfter())
                .hasValue(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CONNECTION        | 'main' (model m) could not be reached.
            TIMEOUT           | 'main' (model m) did not answer in time.
            INCOMPLETE_STREAM | 'main' (model m) ended its answer early.
            PROTOCOL          | 'main' (model m) sent an answer that cannot be read.
            SERVER            | 'main' (model m) failed during the answer.
            CONFIGURATION     | 'main' (model m) is not configured correctly; see the gateway's log.
            CANCELLED         | 'main' (model m) was stopped because the call was cancelled.
            OVERLOADED        | Nothing listens at [address]; is [address] running?
            UNSUPPORTED       | Nothing listens at [address]; is [address] running?
            """)
    void aFailureWithoutAnAnswerIsDescribedByItsKind(Kind kind, String detail) {
        LlmException failure = LlmException.builder(
                        kind, "Nothing listens at http://10.1.2.3:8000/v1/chat; is vllm:8000 running?")
                .backend("main")
                .model("m")
                .build();

        assertThat(ErrorWriter.detail(failure)).isEqualTo(detail);
    }

    @Test
    void aRefusalOfTheGatewayItselfIsPassedOnUnchanged() {
        assertThat(ErrorWriter.detail(new LlmException(
                        Kind.INVALID_REQUEST, "messages[1].tool_results[0].tool_use_id: must not be empty")))
                .isEqualTo("messages[1].tool_results[0].tool_use_id: must not be empty");
        assertThat(ErrorWriter.detail(
                        new LlmException(Kind.INVALID_REQUEST, "Unknown llm provider 'x'. Available: a, b.")))
                .isEqualTo("Unknown llm provider 'x'. Available: a, b.");
        assertThat(ErrorWriter.detail(new LlmException(Kind.TIMEOUT, "No answer within 2 min of all attempts.")))
                .isEqualTo("No answer within 2 min of all attempts.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Error at https://api.internal.example.com/v1/chat?key=1, sorry  | Error at [address], sorry.
            see http://host/a.                                              | see [address].
            dial tcp 10.0.0.7:8080: connect refused                         | dial tcp [address]: connect refused.
            host 192.168.0.1 is down                                        | host [address] is down.
            HTTPConnectionPool(host='localhost', port=8000)                 | HTTPConnectionPool(host='[address]', port=8000).
            connect to llm.internal:443 failed!                             | connect to [address] failed!
            no route to vllm-0:8000                                         | no route to [address].
            no route to [fe80::1]:8000                                      | no route to [address].
            my_llm:8000 and my_llm.internal:443 are gone                    | [address] and [address] are gone.
            ws://x/y and wss://z                                            | [address] and [address].
            model us.anthropic.claude-sonnet-4-20250514-v1:0 has no access  | model us.anthropic.claude-sonnet-4-20250514-v1:0 has no access.
            llama3.2:3b not found, try pulling it first                     | llama3.2:3b not found, try pulling it first.
            This model's maximum context length is 8192 tokens, not 10:30   | This model's maximum context length is 8192 tokens, not 10:30.
            """)
    void theBackendsMessageIsPassedOnWithoutAddresses(String said, String detail) {
        LlmException failure = LlmException.builder(Kind.SERVER, "x")
                .backend("main")
                .serverMessage(said)
                .build();

        assertThat(ErrorWriter.detail(failure)).isEqualTo("'main' failed during the answer: " + detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            It broke.\\nTraceback (most recent call last):\\n  File "/srv/app.py", line 3, in f\\nKeyError | It broke.
            java.io.IOException: gone\\n\\tat com.example.Secret.call(Secret.java:7)\\n\\tat x.Y.z(Unknown Source) | java.io.IOException: gone.
            two\\nlines                                                      | two lines.
            """)
    void aStackTraceIsNotPassedOn(String said, String detail) {
        LlmException failure = LlmException.builder(Kind.SERVER, "x")
                .status(500)
                .serverMessage(said.replace("\\n", "\n").replace("\\t", "\t"))
                .build();

        assertThat(ErrorWriter.detail(failure)).isEqualTo("The backend answered 500: " + detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-", "a.", "1.", " ", "at x(", "http://", "[:", "\n\tat "})
    void aLongMessageIsShortened(String repeated) {
        LlmException failure = LlmException.builder(Kind.SERVER, "x")
                .status(500)
                .serverMessage(repeated.repeat(1_000_000))
                .build();

        assertThat(ErrorWriter.detail(failure)).hasSizeLessThan(1100);
    }
}
