package dev.postern.flow;

import java.util.regex.Pattern;

/**
 * Which headers and query parameters may have a secret value, by their names. Their values are masked in logs and in recordings and hidden
 * in failures, and listeners cannot set them.
 */
public final class SecretNames {
    private static final Pattern SECRET = Pattern.compile(
            "auth|key|token|secret|cookie|credential|passw|passphrase|signature|(?<![a-z])(?:sig|sign|pwd)(?![a-z])",
            Pattern.CASE_INSENSITIVE);
    /** What servers say about numbers of tokens. */
    private static final Pattern COUNT = Pattern.compile("rate-?limit|token-count", Pattern.CASE_INSENSITIVE);

    private SecretNames() {}

    /** Whether a value under this name may be a secret. */
    public static boolean isSecret(String name) {
        return SECRET.matcher(name).find() && !COUNT.matcher(name).find();
    }
}
