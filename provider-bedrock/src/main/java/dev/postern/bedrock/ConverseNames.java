package dev.postern.bedrock;

import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import java.util.Locale;

/** Maps the names of Converse to Postern's types. Unknown names have a default, so a new name is not an error. */
final class ConverseNames {
    private ConverseNames() {}

    static StopReason stopReason(String name) {
        return switch (name) {
            case "end_turn" -> StopReason.END_TURN;
            case "tool_use" -> StopReason.TOOL_USE;
            case "max_tokens", "model_context_window_exceeded" -> StopReason.MAX_TOKENS;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "guardrail_intervened", "content_filtered", "refusal" -> StopReason.CONTENT_FILTER;
            default -> StopReason.OTHER;
        };
    }

    /** Whether this stop reason means that Bedrock could not parse the output of the model. */
    static boolean isMalformed(String name) {
        return name.equals("malformed_tool_use") || name.equals("malformed_model_output");
    }

    /** Whether the exception comes from the model's server and not from Bedrock. */
    static boolean isModelError(String exception) {
        return exception.equalsIgnoreCase("ModelErrorException")
                || exception.equalsIgnoreCase("ModelStreamErrorException");
    }

    /**
     * The kind of an exception.
     *
     * @param exception its name in any case, with or without the suffix {@code Exception}
     * @param status decides if the name is unknown
     */
    static Kind kind(String exception, int status) {
        return switch (exception.replaceFirst("(?i)exception$", "").toLowerCase(Locale.ROOT)) {
            case "throttling", "toomanyrequests" -> Kind.RATE_LIMITED;
            case "serviceunavailable", "modelnotready", "overloaded" -> Kind.OVERLOADED;
            case "internalserver", "internalfailure", "modelstreamerror" -> Kind.SERVER;
            case "modeltimeout" -> Kind.TIMEOUT;
            case "modelerror" -> Kind.SERVER;
            case "servicequotaexceeded" -> Kind.QUOTA;
            case "validation", "serialization" -> Kind.INVALID_REQUEST;
            case "accessdenied" -> Kind.PERMISSION;
            case "resourcenotfound", "unknownoperation" -> Kind.NOT_FOUND;
            case "unrecognizedclient",
                    "invalidsignature",
                    "expiredtoken",
                    "missingauthenticationtoken",
                    "incompletesignature",
                    "invalidclienttokenid",
                    "signaturedoesnotmatch" -> Kind.AUTHENTICATION;
            default -> kind(isStatus(exception) ? Integer.parseInt(exception) : status);
        };
    }

    /** Whether the code is an HTTP status, which some proxies send in place of AWS's name. */
    private static boolean isStatus(String code) {
        return code.length() == 3
                && code.charAt(0) >= '4'
                && code.charAt(0) <= '5'
                && code.chars().allMatch(Character::isDigit);
    }

    /** The kind of a status without further information. */
    static Kind kind(int status) {
        return switch (status) {
            case 400, 413, 422 -> Kind.INVALID_REQUEST;
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 500 || status == 424 || status == 0 ? Kind.SERVER : Kind.PROTOCOL;
        };
    }
}
