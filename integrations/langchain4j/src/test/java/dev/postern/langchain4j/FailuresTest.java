package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.FakeLlm;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which exception of LangChain4j each kind of failure becomes. */
class FailuresTest {
    private static final Map<Kind, Class<?>> CLASSES = new EnumMap<>(Map.ofEntries(
            Map.entry(Kind.INVALID_REQUEST, InvalidRequestException.class),
            Map.entry(Kind.AUTHENTICATION, AuthenticationException.class),
            Map.entry(Kind.PERMISSION, AuthenticationException.class),
            Map.entry(Kind.NOT_FOUND, ModelNotFoundException.class),
            Map.entry(Kind.CONTEXT_LENGTH, InvalidRequestException.class),
            Map.entry(Kind.CONTENT_FILTER, ContentFilteredException.class),
            Map.entry(Kind.RATE_LIMITED, RateLimitException.class),
            Map.entry(Kind.QUOTA, NonRetriableException.class),
            Map.entry(Kind.OVERLOADED, InternalServerException.class),
            Map.entry(Kind.SERVER, InternalServerException.class),
            Map.entry(Kind.TIMEOUT, TimeoutException.class),
            Map.entry(Kind.CONNECTION, RetriableException.class),
            Map.entry(Kind.INCOMPLETE_STREAM, RetriableException.class),
            Map.entry(Kind.PROTOCOL, NonRetriableException.class),
            Map.entry(Kind.UNSUPPORTED, UnsupportedFeatureException.class),
            Map.entry(Kind.CONFIGURATION, NonRetriableException.class),
            Map.entry(Kind.CANCELLED, LangChain4jException.class)));

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachKindHasAClassWithTheSameAdviceAboutRetries(Kind kind) throws Exception {
        PosternChatModel model = PosternChatModel.of(FakeLlm.failing(kind).thenFail(kind));

        Throwable blocking = catchThrowable(() -> model.chat("Hi"));
        Throwable later =
                catchThrowable(() -> model.chatAsync(UserMessage.from("Hi")).get(30, TimeUnit.SECONDS));

        assertThat(blocking).isExactlyInstanceOf(CLASSES.get(kind));
        assertThat(blocking instanceof RetriableException).isEqualTo(kind.retryable());
        assertThat(blocking.getCause()).isInstanceOfSatisfying(LlmException.class, cause -> {
            assertThat(cause.kind()).isEqualTo(kind);
            assertThat(blocking).hasMessage(cause.getMessage());
        });
        assertThat(later).isInstanceOf(ExecutionException.class);
        assertThat(later.getCause()).isExactlyInstanceOf(CLASSES.get(kind));
    }

    @Test
    void theServersAdviceWinsOverThatOfTheKind() {
        LlmException hopeless = LlmException.builder(Kind.SERVER, "It is broken.")
                .retryable(false)
                .build();
        LlmException temporary = LlmException.builder(Kind.INVALID_REQUEST, "Not yet.")
                .retryable(true)
                .build();
        PosternChatModel model =
                PosternChatModel.of(FakeLlm.named("fake").thenFail(hopeless).thenFail(temporary));

        assertThat(catchThrowable(() -> model.chat("Hi")))
                .isExactlyInstanceOf(NonRetriableException.class)
                .hasMessage("It is broken.");
        assertThat(catchThrowable(() -> model.chat("Hi")))
                .isExactlyInstanceOf(RetriableException.class)
                .hasMessage("Not yet.");
    }
}
