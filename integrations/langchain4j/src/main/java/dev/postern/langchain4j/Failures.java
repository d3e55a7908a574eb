package dev.postern.langchain4j;

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
import java.util.Objects;

/** Translates failures of Postern. The message stays, and the {@link LlmException} is the cause. */
final class Failures {
    private Failures() {}

    /** The exception to throw for this one; one of LangChain4j stays as it is. */
    static RuntimeException thrown(RuntimeException failure) {
        return failure instanceof LangChain4jException known ? known : translated(LlmException.of(failure));
    }

    /** The failure that a future or a stream carries for this one; an error of the virtual machine stays as it is. */
    static Throwable carried(Throwable failure) {
        return failure instanceof VirtualMachineError || failure instanceof LangChain4jException
                ? failure
                : translated(LlmException.of(failure));
    }

    private static LangChain4jException translated(LlmException failure) {
        LangChain4jException same = ofKind(failure);
        boolean sameAdvice =
                failure.retryable() ? !(same instanceof NonRetriableException) : !(same instanceof RetriableException);
        if (sameAdvice || failure.kind() == LlmException.Kind.CANCELLED) {
            return same;
        }
        return failure.retryable() // against the rule of its kind, because the server says so
                ? new RetriableException(failure.getMessage(), failure)
                : new NonRetriableException(failure.getMessage(), failure);
    }

    private static LangChain4jException ofKind(LlmException failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        return switch (failure.kind()) {
            case INVALID_REQUEST, CONTEXT_LENGTH -> new InvalidRequestException(message, failure);
            case AUTHENTICATION, PERMISSION -> new AuthenticationException(message, failure);
            case NOT_FOUND -> new ModelNotFoundException(message, failure);
            case CONTENT_FILTER -> new ContentFilteredException(message, failure);
            case RATE_LIMITED -> new RateLimitException(message, failure);
            case OVERLOADED, SERVER -> new InternalServerException(message, failure);
            case TIMEOUT -> new TimeoutException(message, failure);
            case CONNECTION, INCOMPLETE_STREAM -> new RetriableException(message, failure);
            case QUOTA, PROTOCOL, CONFIGURATION -> new NonRetriableException(message, failure);
            case UNSUPPORTED -> unsupported(message, failure);
            case CANCELLED -> new LangChain4jException(message, failure);
        };
    }

    private static UnsupportedFeatureException unsupported(String message, LlmException cause) {
        UnsupportedFeatureException unsupported = new UnsupportedFeatureException(message);
        unsupported.initCause(cause);
        return unsupported;
    }
}
