package dev.postern.openai;

import dev.postern.LlmException.Kind;

/**
 * The kind of an error by its HTTP status, or by its type or code in OpenAI's API and its variants. An unknown name has a
 * default. {@link ErrorClassifier} also reads the error's text.
 */
final class ErrorKinds {
    private ErrorKinds() {}

    /** Returns the kind of an HTTP status, unless the body is more specific. */
    static Kind kind(int status) {
        return switch (status) {
            case 400, 406, 411, 413, 415, 422 -> Kind.INVALID_REQUEST;
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404, 405, 410 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 498, 503, 529 -> Kind.OVERLOADED; // 498: Groq's flex tier
            case 501 -> Kind.UNSUPPORTED;
            default -> status >= 500 || status == 409 || status == 425 ? Kind.SERVER : Kind.PROTOCOL;
        };
    }

    /** Returns the kind of an error by its type or code. Errors inside a stream often have no status. */
    static Kind kind(String name) {
        return switch (name) {
            case "invalid_request_error",
                    "invalid_request",
                    "validation",
                    "BadRequestError",
                    "INVALID_ARGUMENT",
                    "InvalidParameter", // DashScope, like the other names without underscores
                    "invalid_parameter_error" -> Kind.INVALID_REQUEST;
            case "authentication_error", "AuthenticationError", "InvalidApiKey", "invalid_api_key" ->
                Kind.AUTHENTICATION;
            case "permission_error", "PermissionDeniedError", "AccessDenied" -> Kind.PERMISSION;
            case "not_found_error", "NotFoundError", "ModelNotFound", "model_not_found" -> Kind.NOT_FOUND;
            case "rate_limit_error",
                    "RateLimitError",
                    "rate_limit_exceeded",
                    "Throttling",
                    "Throttling.RateQuota",
                    "LimitRequests" -> Kind.RATE_LIMITED;
            case "insufficient_quota", "insufficient_balance_error", "Arrearage" -> Kind.QUOTA;
            case "overloaded_error", "overloaded", "service_unavailable_error" -> Kind.OVERLOADED;
            case "DataInspectionFailed", "data_inspection_failed" -> Kind.CONTENT_FILTER;
            default -> Kind.SERVER;
        };
    }
}
