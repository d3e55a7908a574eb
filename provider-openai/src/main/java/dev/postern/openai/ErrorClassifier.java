package dev.postern.openai;

import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kind of an error: what its status means, unless the server's words say more. The only place where words decide, with its
 * tables {@link ContextLengthPatterns}, {@link LimitPatterns} and {@link VendorErrorCodes}.
 */
final class ErrorClassifier {
    /** The longest wait after which a limit per day is worth another try. */
    private static final Duration BRIEF = Duration.ofHours(1);

    private static final List<String> WRONG_KEY = List.of("invalid_api_key", "incorrect api key", "api key not valid");

    private static final List<String> NO_SUCH_MODEL = List.of(
            "model_not_found",
            "model not found",
            "unknown model",
            "model not exist",
            "invalid_model",
            "invalid model name",
            "not a valid model");

    private static final List<String> CANNOT =
            List.of("unsupported_parameter", "unsupported_value", "does not support", "not supported");

    private static final List<String> TOO_MUCH_TO_DO = List.of("overloaded", "loading model", "capacity");

    private static final List<String> TOO_FAST = List.of(
            "rate_limit_exceeded",
            "rate limit",
            "too many requests",
            "too many tokens, please wait",
            "too many tokens per");

    private ErrorClassifier() {}

    /**
     * The kind.
     *
     * @param words what the error says beside its message, in lower case
     * @param wait how long the server asks to wait; null if it does not say
     */
    static Kind of(ErrorBody body, Kind byHttpStatus, String words, @Nullable Duration wait) {
        Kind byCode = VendorErrorCodes.kind(body);
        Kind byStatus = byCode == null ? byHttpStatus : byCode;
        String text = body.all().toLowerCase(Locale.ROOT) + words;
        if (body.filtered()) {
            return Kind.CONTENT_FILTER;
        }
        if (body.code().equals("tool_use_failed")) { // Groq: the model wrote a bad call; once more may do
            return Kind.SERVER;
        }
        if (byStatus != Kind.RATE_LIMITED && ContextLengthPatterns.isIn(text)) {
            return Kind.CONTEXT_LENGTH;
        }
        return switch (byStatus) {
            case INVALID_REQUEST -> ofRefusal(text);
            case PERMISSION -> LimitPatterns.isWithoutBudget(text, true) ? Kind.QUOTA : byStatus;
            case RATE_LIMITED -> ofLimit(text, wait);
            case SERVER -> ofFailure(text, wait);
            default -> byStatus;
        };
    }

    /** Without a wait, or with a long one, a limit per day is no reason to try again soon. */
    private static Kind ofLimit(String text, @Nullable Duration wait) {
        if (LimitPatterns.isWithoutBudget(text, wait != null)) {
            return Kind.QUOTA;
        }
        boolean brief = wait != null && wait.compareTo(BRIEF) <= 0;
        return !brief && LimitPatterns.isLong(text) ? Kind.QUOTA : Kind.RATE_LIMITED;
    }

    private static Kind ofRefusal(String text) {
        if (says(text, WRONG_KEY)) {
            return Kind.AUTHENTICATION;
        }
        if (says(text, NO_SUCH_MODEL)) {
            return Kind.NOT_FOUND;
        }
        if (LimitPatterns.isWithoutBudget(text, true)) {
            return Kind.QUOTA;
        }
        return says(text, CANNOT) ? Kind.UNSUPPORTED : Kind.INVALID_REQUEST;
    }

    private static Kind ofFailure(String text, @Nullable Duration wait) {
        if (LimitPatterns.isWithoutBudget(text, true)) {
            return Kind.QUOTA;
        }
        if (says(text, TOO_MUCH_TO_DO)) {
            return Kind.OVERLOADED;
        }
        if (says(text, TOO_FAST)) {
            return ofLimit(text, wait);
        }
        if (text.contains("requires --jinja")) { // llama.cpp, asked for tools
            return Kind.UNSUPPORTED;
        }
        return RefusalPatterns.isRefused(text) ? Kind.INVALID_REQUEST : Kind.SERVER; // llama.cpp, by its chat template
    }

    private static boolean says(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }
}
