package dev.postern.openai;

import dev.postern.LlmException.Kind;
import dev.postern.http.RetryAfter;
import java.util.List;
import java.util.Locale;

/** The kind of an error: what its status means, unless the server's words say more. The only place where words decide. */
final class ErrorKind {
    private static final List<String> TOO_LONG = List.of(
            "context_length_exceeded",
            "exceed_context_size",
            "maximum context length",
            "context window",
            "context length",
            "prompt is too long",
            "available context size",
            "input token count",
            "too many tokens in the prompt",
            "`max_new_tokens` must be <=",
            "`inputs` must have less than");

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

    private static final List<String> NO_BUDGET = List.of("billing", "exceeded your current quota");

    private static final List<String> TOO_MUCH_TO_DO = List.of("overloaded", "loading model", "capacity");

    private static final List<String> TOO_FAST = List.of("rate_limit_exceeded", "rate limit");

    private ErrorKind() {}

    static Kind of(ErrorBody body, Kind byHttpStatus) {
        Kind byCode = VendorCodes.kind(body);
        Kind byStatus = byCode == null ? byHttpStatus : byCode;
        String text = body.all().toLowerCase(Locale.ROOT);
        if (body.filtered()) {
            return Kind.CONTENT_FILTER;
        }
        if (body.code().equals("tool_use_failed")) { // Groq: the model wrote a bad call; once more may do
            return Kind.SERVER;
        }
        if (byStatus != Kind.RATE_LIMITED && says(text, TOO_LONG)) {
            return Kind.CONTEXT_LENGTH;
        }
        return switch (byStatus) {
            case INVALID_REQUEST -> ofRefusal(text);
            case RATE_LIMITED -> isQuota(body, text) ? Kind.QUOTA : byStatus;
            case SERVER -> ofFailure(text);
            default -> byStatus;
        };
    }

    private static Kind ofRefusal(String text) {
        if (says(text, WRONG_KEY)) {
            return Kind.AUTHENTICATION;
        }
        if (says(text, NO_SUCH_MODEL)) {
            return Kind.NOT_FOUND;
        }
        return says(text, CANNOT) ? Kind.UNSUPPORTED : Kind.INVALID_REQUEST;
    }

    private static Kind ofFailure(String text) {
        if (says(text, TOO_MUCH_TO_DO)) {
            return Kind.OVERLOADED;
        }
        if (says(text, TOO_FAST)) {
            return Kind.RATE_LIMITED;
        }
        if (text.contains("requires --jinja")) { // llama.cpp, asked for tools
            return Kind.UNSUPPORTED;
        }
        return HistoryForms.isRefused(text) ? Kind.INVALID_REQUEST : Kind.SERVER; // llama.cpp, by its chat template
    }

    /** Groq and Gemini speak of billing and quotas where they mean a limit per minute, but then say when to come back. */
    private static boolean isQuota(ErrorBody body, String text) {
        return text.contains("insufficient_quota")
                || (says(text, NO_BUDGET) && RetryAfter.inText(body.message()).isEmpty());
    }

    private static boolean says(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }
}
