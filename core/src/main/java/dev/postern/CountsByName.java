package dev.postern;

import java.util.Locale;
import java.util.regex.Pattern;

/** Guesses by names how a backend counts. It is for a usage whose reader does not know it. */
final class CountsByName {
    /**
     * {@code anthropic.claude-…}, {@code us.amazon.nova-…}, or the ARN of a model; not {@code gpt-4.1}, {@code llama3.2} or
     * {@code mistral.gguf}.
     */
    private static final Pattern BEDROCK = Pattern.compile("arn:aws.*|(?:[a-z]+(?:-[a-z]+)?\\.)?"
            + "(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia"
            + "|openai|qwen|stability|twelvelabs|writer|zai)\\.[a-z][a-z0-9]*[-.](?!gguf).*");

    private static final Pattern XAI = Pattern.compile("(?:.*[^a-z])?x[-_.]?ai(?:[^a-z].*)?");

    private CountsByName() {}

    static boolean cacheIsApart(String backend, String model) {
        String name = backend.toLowerCase(Locale.ROOT);
        return name.contains("bedrock")
                || name.contains("anthropic")
                || BEDROCK.matcher(model).matches();
    }

    static boolean reasoningIsApart(String backend, String model) {
        return model.startsWith("grok")
                || XAI.matcher(backend.toLowerCase(Locale.ROOT)).matches();
    }
}
