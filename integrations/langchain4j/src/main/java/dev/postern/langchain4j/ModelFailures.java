package dev.postern.langchain4j;

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
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Translates failures of LangChain4j's models. The status of an {@link HttpException} decides, then the class of the outermost
 * exception that has a meaning. Their classes also say whether a retry may help.
 */
final class ModelFailures {
    private static final int MAX_DEPTH = 20;
    private static final int MAX_MESSAGE = 500;

    private ModelFailures() {}

    /** The failure that a future or a stream carries; an error of the virtual machine stays as it is. */
    static Throwable carried(Throwable failure, String backend) {
        List<Throwable> chain = chain(failure);
        for (Throwable cause : chain) {
            if (cause instanceof VirtualMachineError || cause instanceof LlmException) {
                return cause; // an LlmException is of a model that is itself over a provider
            }
        }
        int status = status(chain);
        Kind kind = kind(chain, status);
        LlmException.Builder builder = LlmException.builder(kind, sentence(chain))
                .backend(backend)
                .status(status)
                .cause(failure);
        for (Throwable cause : chain) {
            if (cause instanceof RetriableException || cause instanceof NonRetriableException) {
                return builder.retryable(cause instanceof RetriableException).build();
            }
        }
        boolean isUnknown = kind == Kind.SERVER && status == 0; // most likely a defect
        return isUnknown ? builder.retryable(false).build() : builder.build();
    }

    /** Whether a failure is, or was caused by, an exception of this class. */
    static boolean isOf(Class<?> type, @Nullable Throwable failure) {
        return failure != null && chain(failure).stream().anyMatch(type::isInstance);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && chain.size() < MAX_DEPTH; cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }

    private static int status(List<Throwable> chain) {
        for (Throwable cause : chain) {
            if (cause instanceof HttpException http) {
                return http.statusCode();
            }
        }
        return 0;
    }

    private static Kind kind(List<Throwable> chain, int status) {
        for (Throwable cause : chain) {
            Kind kind = kind(cause);
            if (kind != null) {
                return refined(kind, status);
            }
        }
        return status == 0 ? Kind.SERVER : ofStatus(status);
    }

    private static @Nullable Kind kind(Throwable cause) {
        if (cause instanceof UnsupportedFeatureException) {
            return Kind.UNSUPPORTED;
        } else if (cause instanceof ContentFilteredException) {
            return Kind.CONTENT_FILTER;
        } else if (cause instanceof InvalidRequestException) {
            return Kind.INVALID_REQUEST;
        } else if (cause instanceof AuthenticationException) {
            return Kind.AUTHENTICATION;
        } else if (cause instanceof ModelNotFoundException) {
            return Kind.NOT_FOUND;
        } else if (cause instanceof RateLimitException) {
            return Kind.RATE_LIMITED;
        } else if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return Kind.TIMEOUT;
        } else if (cause instanceof InternalServerException) {
            return Kind.SERVER;
        } else if (cause instanceof UnresolvedModelServerException || cause instanceof IOException) {
            return Kind.CONNECTION;
        } else if (cause instanceof CancellationException || cause instanceof InterruptedException) {
            return Kind.CANCELLED;
        }
        return null;
    }

    /** The kind by the status, where LangChain4j has one class for several kinds. */
    private static Kind refined(Kind kind, int status) {
        return switch (kind) {
            case AUTHENTICATION, SERVER, INVALID_REQUEST -> status == 0 ? kind : ofStatus(status);
            default -> kind;
        };
    }

    /** As the providers of Postern do: 504 is a failure of the server, which says nothing about a limit of the caller. */
    private static Kind ofStatus(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status < 500 ? Kind.INVALID_REQUEST : Kind.SERVER;
        };
    }

    private static String sentence(List<Throwable> chain) {
        Throwable outermost = chain.get(0);
        Throwable told = chain.size() > 1 && outermost instanceof CompletionException ? chain.get(1) : outermost;
        String message = Objects.requireNonNullElse(told.getMessage(), "no message");
        String shown = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
        return "The LangChain4j model failed with " + told.getClass().getSimpleName() + ": " + shown;
    }
}
