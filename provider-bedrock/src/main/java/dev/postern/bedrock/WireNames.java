package dev.postern.bedrock;

import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import java.util.Locale;

/** The words of Converse. Every map is total: tomorrow's word is no failure. */
final class WireNames {
    private WireNames() {}

    static StopReason stopReason(String word) {
        return switch (word) {
            case "end_turn" -> StopReason.END_TURN;
            case "tool_use" -> StopReason.TOOL_USE;
            case "max_tokens", "model_context_window_exceeded" -> StopReason.MAX_TOKENS;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "guardrail_intervened", "content_filtered" -> StopReason.CONTENT_FILTER;
            default -> StopReason.OTHER;
        };
    }

    /** What an exception means; by its name, in any case, with or without the word Exception. */
    static Kind kind(String exception, int status) {
        return switch (exception.replaceFirst("(?i)exception$", "").toLowerCase(Locale.ROOT)) {
            case "throttling", "toomanyrequests" -> Kind.RATE_LIMITED;
            case "serviceunavailable", "modelnotready" -> Kind.OVERLOADED;
            case "internalserver", "internalfailure", "modelstreamerror" -> Kind.SERVER;
            case "modeltimeout" -> Kind.TIMEOUT;
            case "modelerror" -> Kind.SERVER;
            case "servicequotaexceeded" -> Kind.QUOTA;
            case "validation" -> Kind.INVALID_REQUEST;
            case "accessdenied" -> Kind.PERMISSION;
            case "resourcenotfound" -> Kind.NOT_FOUND;
            case "unrecognizedclient",
                    "invalidsignature",
                    "expiredtoken",
                    "missingauthenticationtoken",
                    "incompletesignature",
                    "invalidclienttokenid",
                    "signaturedoesnotmatch" -> Kind.AUTHENTICATION;
            default -> kind(status);
        };
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 400, 413, 422 -> Kind.INVALID_REQUEST;
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503 -> Kind.OVERLOADED;
            default -> status >= 500 || status == 424 || status == 0 ? Kind.SERVER : Kind.PROTOCOL;
        };
    }
}
