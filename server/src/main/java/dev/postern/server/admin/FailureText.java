package dev.postern.server.admin;

import dev.postern.LlmException;
import java.util.regex.Pattern;

/**
 * The message of a failure, as an operator may see it: on one line, shortened, and without what looks like a key. Messages about a request or
 * an answer are left out, because they may quote a prompt or an answer.
 */
final class FailureText {
    private static final int LONGEST = 300;
    /** Longer texts are cut before the patterns are applied. */
    private static final int LONGEST_INPUT = 4_000;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    /** The scheme of a header and what follows it. */
    private static final Pattern CREDENTIAL = Pattern.compile("(?i)\\b(bearer|basic)\\s+[^\\s'\",;]{4,}");
    /** A name that says that a secret follows. */
    private static final Pattern NAMED = Pattern.compile(
            "(?i)\\b((?:api[_-]?)?key|token|secret|password|passwd|signature|sig)(['\"]?\\s*[=:]\\s*['\"]?)[^\\s'\"&,;]{4,}");
    /** Prefixes of the keys of well-known services. */
    private static final Pattern PREFIXED =
            Pattern.compile("\\b(sk|pk|rk|gsk|xai|hf|AIza|AKIA|ASIA)[-_A-Za-z0-9*.]{6,}");
    /** Long, and of letters and digits mixed, as no word is. Names of models and paths of addresses have shorter parts. */
    private static final Pattern RANDOM =
            Pattern.compile("(?<![\\w+=])(?=[A-Za-z_+=]*[0-9])(?=[0-9_+=]*[A-Za-z])[A-Za-z0-9_+=]{24,}");

    private FailureText() {}

    static String of(LlmException failure) {
        return quotesContent(failure.kind()) ? "" : clean(String.valueOf(failure.getMessage()));
    }

    private static boolean quotesContent(LlmException.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, CONTENT_FILTER, CONTEXT_LENGTH, PROTOCOL -> true;
            default -> false;
        };
    }

    static String clean(String message) {
        String text = message.length() <= LONGEST_INPUT ? message : message.substring(0, LONGEST_INPUT);
        text = CONTROL.matcher(text).replaceAll(" ");
        text = CREDENTIAL.matcher(text).replaceAll("$1 ***");
        text = NAMED.matcher(text).replaceAll("$1$2***");
        text = PREFIXED.matcher(text).replaceAll("***");
        text = RANDOM.matcher(text).replaceAll("***");
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
