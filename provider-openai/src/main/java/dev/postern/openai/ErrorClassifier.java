package dev.postern.openai;

import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Determines the kind of an error from its status and its text, with the tables {@link ContextLengthPatterns},
 * {@link LimitPatterns} and {@link VendorErrorCodes}. No other class derives a kind from the text of an error.
 */
final class ErrorClassifier {
    /** A limit per day is retryable if the server names a delay up to this one. */
    private static final Duration SHORT_DELAY = Duration.ofHours(1);

    private static final List<String> WRONG_KEY = List.of("invalid_api_key", "incorrect api key", "api key not valid");

    private static final List<String> NO_SUCH_MODEL = List.of(
            "model_not_found",
            "model not found",
            "unknown model",
            "model not exist",
            "invalid_model",
            "invalid model name",
            "not a valid model");

    private static final List<String> NOT_SUPPORTED =
            List.of("unsupported_parameter", "unsupported_value", "does not support", "not supported");

    private static final List<String> OVERLOADED = List.of("overloaded", "loading model", "capacity");

    private static final List<String> RATE_LIMIT = List.of(
            "rate_limit_exceeded",
            "rate limit",
            "too many requests",
            "too many tokens, please wait",
            "too many tokens per");

    private ErrorClassifier() {}

    /**
     * Returns the kind.
     *
     * @param details the texts of the error other than its message, in lower case
     * @param delay the retry delay that the server names; null if it names none
     */
    static Kind of(ErrorBody body, Kind byHttpStatus, String details, @Nullable Duration delay) {
        Kind byCode = VendorErrorCodes.kind(body);
        Kind byStatus = byCode == null ? byHttpStatus : byCode;
        String text = body.all().toLowerCase(Locale.ROOT) + details;
        if (body.filtered()) {
            return Kind.CONTENT_FILTER;
        }
        if (body.code().equals("tool_use_failed")) { // Groq: the model wrote an invalid call; a retry may succeed
            return Kind.SERVER;
        }
        if (byStatus != Kind.RATE_LIMITED && ContextLengthPatterns.isIn(text)) {
            return Kind.CONTEXT_LENGTH;
        }
        return switch (byStatus) {
            case INVALID_REQUEST -> ofInvalidRequest(text);
            case PERMISSION -> LimitPatterns.isWithoutBudget(text, true) ? Kind.QUOTA : byStatus;
            case RATE_LIMITED -> ofLimit(text, delay);
            case SERVER -> ofServerError(text, delay);
            default -> byStatus;
        };
    }

    /** A limit per day without a delay, or with a long one, is a quota, so that the request is not retried soon. */
    private static Kind ofLimit(String text, @Nullable Duration delay) {
        if (LimitPatterns.isWithoutBudget(text, delay != null)) {
            return Kind.QUOTA;
        }
        boolean isShort = delay != null && delay.compareTo(SHORT_DELAY) <= 0;
        return !isShort && LimitPatterns.isLong(text) ? Kind.QUOTA : Kind.RATE_LIMITED;
    }

    private static Kind ofInvalidRequest(String text) {
        if (containsAny(text, WRONG_KEY)) {
            return Kind.AUTHENTICATION;
        }
        if (containsAny(text, NO_SUCH_MODEL)) {
            return Kind.NOT_FOUND;
        }
        if (LimitPatterns.isWithoutBudget(text, true)) {
            return Kind.QUOTA;
        }
        return containsAny(text, NOT_SUPPORTED) ? Kind.UNSUPPORTED : Kind.INVALID_REQUEST;
    }

    private static Kind ofServerError(String text, @Nullable Duration delay) {
        if (LimitPatterns.isWithoutBudget(text, true)) {
            return Kind.QUOTA;
        }
        if (containsAny(text, OVERLOADED)) {
            return Kind.OVERLOADED;
        }
        if (containsAny(text, RATE_LIMIT)) {
            return ofLimit(text, delay);
        }
        if (text.contains("requires --jinja")) { // llama.cpp, for a request with tools
            return Kind.UNSUPPORTED;
        }
        return Refusal.ofConversation(text) ? Kind.INVALID_REQUEST : Kind.SERVER; // a chat template of llama.cpp
    }

    private static boolean containsAny(String text, List<String> phrases) {
        return phrases.stream().anyMatch(text::contains);
    }
}
