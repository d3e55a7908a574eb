package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Usage;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.Instrumentation.UsageEstimator;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an attempt used if the server did not say it: 6 tokens of input, and a token for 4 characters that came. */
class SpendingTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private static Optional<Spent> spent(Outcome outcome, LlmException failure, Usage reported, Progress delivered) {
        return Spent.of(HELLO, outcome, failure, reported, delivered, UsageEstimator.byCharacters());
    }

    private static Optional<Spent> failed(LlmException failure) {
        return spent(Outcome.FAILED, failure, null, Progress.NONE);
    }

    private static Spent estimate(long output) {
        return new Spent(Usage.of(6, output), Certainty.ESTIMATED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONTENT_FILTER", "SERVER", "TIMEOUT", "CONNECTION", "INCOMPLETE_STREAM", "PROTOCOL", "CANCELLED"})
    void aFailureAfterWhichTheServerMayHaveRunCostsTheInput(Kind kind) {
        assertThat(failed(new LlmException(kind, "It failed."))).contains(estimate(0));
        assertThat(failed(LlmException.builder(kind, "It was refused here.")
                        .refusedBeforeSending(true)
                        .build()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {
                "INVALID_REQUEST",
                "AUTHENTICATION",
                "PERMISSION",
                "NOT_FOUND",
                "CONTEXT_LENGTH",
                "RATE_LIMITED",
                "QUOTA",
                "OVERLOADED",
                "UNSUPPORTED",
                "CONFIGURATION"
            })
    void aRefusalCostsNothingUnlessSomethingCame(Kind kind) {
        LlmException refusal = new LlmException(kind, "It refuses.");

        assertThat(failed(refusal)).isEmpty();
        assertThat(spent(Outcome.FAILED, refusal, null, new Progress(1, 8, 0, 0)))
                .contains(estimate(2));
    }

    @ParameterizedTest
    @CsvSource({
        "400, false",
        "408, true",
        "409, false",
        "425, false",
        "498, false",
        "499, true",
        "500, true",
        "504, true"
    })
    void aStatusSaysWhetherTheServerRefused(int status, boolean costs) {
        LlmException failure =
                LlmException.builder(Kind.SERVER, "It failed.").status(status).build();

        assertThat(failed(failure).isPresent()).isEqualTo(costs);
    }

    @Test
    void whatFoundNoConnectionCostsNothing() {
        IOException wrapped = new IOException(new ConnectException("refused"));

        assertThat(failed(new LlmException(Kind.CONNECTION, "Nothing listens.", wrapped)))
                .isEmpty();
        assertThat(failed(new LlmException(Kind.TIMEOUT, "Too slow.", new HttpConnectTimeoutException("connect"))))
                .isEmpty();
        assertThat(failed(new LlmException(Kind.CONNECTION, "It was reset.", new IOException("reset"))))
                .contains(estimate(0));
    }

    @Test
    void whatIsCancelledMayHaveRun() {
        assertThat(spent(Outcome.CANCELLED, null, null, Progress.NONE)).contains(estimate(0));
        assertThat(spent(Outcome.CANCELLED, null, null, new Progress(2, 3, 4, 1)))
                .contains(estimate(2));
    }

    @Test
    void whatWasReportedCounts() {
        Usage reported = Usage.of(7, 3);
        LlmException failure = LlmException.builder(Kind.OVERLOADED, "It failed.")
                .usage(Usage.of(20, 1))
                .build();

        assertThat(spent(Outcome.ANSWERED, null, reported, Progress.NONE))
                .contains(new Spent(reported, Certainty.REPORTED));
        assertThat(spent(Outcome.CANCELLED, null, reported, Progress.NONE))
                .contains(new Spent(reported, Certainty.PARTIAL));
        assertThat(failed(failure)).contains(new Spent(Usage.of(20, 1), Certainty.PARTIAL));
    }

    @Test
    void theAnswerInAFailureIsAddedToWhatWasDelivered() {
        LlmException failure = LlmException.builder(Kind.INCOMPLETE_STREAM, "It was cut.")
                .answer(CompletionResponse.builder().content("12345678").build())
                .build();

        assertThat(spent(Outcome.FAILED, failure, null, new Progress(1, 4, 0, 0)))
                .contains(estimate(3));
    }
}
