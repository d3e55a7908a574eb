package dev.postern.usage;

import java.util.Locale;
import java.util.regex.Pattern;

/** Whether a server counts the tokens of its cache apart from the input. */
final class CachedTokens {
    /** {@code anthropic.claude-…}, {@code us.amazon.nova-…}, or the ARN of one; not {@code gpt-4.1} or {@code llama3.2}. */
    private static final Pattern BEDROCK =
            Pattern.compile("arn:aws.*|(?:[a-z]+(?:-[a-z]+)?\\.)?[a-z][a-z0-9]*\\.[a-z].*");

    private CachedTokens() {}

    static boolean areApartByName(String backend, String model) {
        return backend.toLowerCase(Locale.ROOT).contains("bedrock")
                || BEDROCK.matcher(model).matches();
    }
}
