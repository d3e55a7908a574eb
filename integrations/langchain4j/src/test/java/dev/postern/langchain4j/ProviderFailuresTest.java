package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which failure of Postern an exception of a LangChain4j model becomes. */
class ProviderFailuresTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new InvalidRequestException("m"), Kind.INVALID_REQUEST, false),
                Arguments.of(new ContentFilteredException("m"), Kind.CONTENT_FILTER, false),
                Arguments.of(new AuthenticationException("m"), Kind.AUTHENTICATION, false),
                Arguments.of(new AuthenticationException(new HttpException(403, "m")), Kind.PERMISSION, false),
                Arguments.of(new ModelNotFoundException("m"), Kind.NOT_FOUND, false),
                Arguments.of(new RateLimitException("m"), Kind.RATE_LIMITED, true),
                Arguments.of(new TimeoutException("m"), Kind.TIMEOUT, true),
                Arguments.of(new InternalServerException("m"), Kind.SERVER, true),
                Arguments.of(new InternalServerException(new HttpException(503, "m")), Kind.OVERLOADED, true),
                Arguments.of(new UnsupportedFeatureException("m"), Kind.UNSUPPORTED, false),
                Arguments.of(new UnresolvedModelServerException("m"), Kind.CONNECTION, false),
                Arguments.of(new RetriableException("m"), Kind.SERVER, true),
                Arguments.of(new NonRetriableException("m"), Kind.SERVER, false),
                Arguments.of(new HttpException(402, "m"), Kind.QUOTA, false),
                Arguments.of(new HttpException(429, "m"), Kind.RATE_LIMITED, true),
                Arguments.of(new HttpException(500, "m"), Kind.SERVER, true),
                Arguments.of(new HttpException(504, "m"), Kind.SERVER, true),
                Arguments.of(new UncheckedIOException(new ConnectException("m")), Kind.CONNECTION, true),
                Arguments.of(new UncheckedIOException(new HttpTimeoutException("m")), Kind.TIMEOUT, true),
                Arguments.of(new IllegalStateException("m"), Kind.SERVER, false));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void kindAndRetry(RuntimeException thrown, Kind kind, boolean retryable) {
        LlmException failure = failure(thrown);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure.backend()).isEqualTo("b");
        assertThat(failure)
                .hasMessageContaining("The LangChain4j model failed with ")
                .hasMessageContaining("m");
        assertThat(failure).hasStackTraceContaining(thrown.getClass().getName());
    }

    @Test
    void theStatusOfTheServerIsKept() {
        assertThat(failure(new RateLimitException(new HttpException(429, "m"))).status())
                .hasValue(429);
    }

    @Test
    void aLongMessageIsShortened() {
        assertThat(failure(new InvalidRequestException("x".repeat(100_000))).getMessage())
                .hasSizeLessThan(1_000);
    }

    @Test
    void aFailureOfAProviderBehindAModelStaysTheSame() {
        LlmException quota = LlmException.builder(Kind.QUOTA, "No budget.").build();

        LlmException failure = failure(new NonRetriableException("No budget.", quota));

        assertThat(failure.kind()).isEqualTo(Kind.QUOTA);
        assertThat(failure).hasMessage("No budget.");
    }

    private static LlmException failure(RuntimeException thrown) {
        try (LangChain4jProvider provider = LangChain4jProvider.of("b", new BlockingModel(request -> {
            throw thrown;
        }))) {
            return catchThrowableOfType(LlmException.class, () -> provider.completions(CompletionRequest.of("Hi")));
        }
    }
}
