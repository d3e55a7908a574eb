package dev.postern.bedrock;

import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides the kind of an error from its type and message. The type alone is not enough, because AWS has one exception
 * for all invalid requests and one for all limits.
 */
final class ServiceErrorKind {
    /** A pattern, in lower case, of messages about a conversation that is too long, and the models that send them. */
    private record Overflow(Pattern pattern, String source) {
        static Overflow of(String regex, String source) {
            return new Overflow(Pattern.compile(regex), source);
        }
    }

    private static final List<Overflow> OVERFLOWS = List.of(
            Overflow.of("input is too long", "AWS, for many models"),
            Overflow.of(
                    "prompt (?:is )?too long",
                    "Claude from 4.5 on: 'prompt is too long: 207848 tokens > 200000 maximum'"),
            Overflow.of("exceed context limit", "Claude 3: 'input length and `max_tokens` exceed context limit'"),
            Overflow.of("too many total text bytes", "Claude, by bytes; strands-agents/harness-sdk, models/bedrock.py"),
            Overflow.of(
                    "input tokens exceed",
                    "Nova: 'Input Tokens Exceeded: Number of input tokens exceeds maximum length'"),
            Overflow.of("too many input tokens", "Titan: 'Max input tokens: 8192, request input token count: 9279'"),
            Overflow.of(
                    "malformed input request: expected maxlength",
                    "Titan, in characters; messages about other fields name a path"),
            Overflow.of("maximum context length", "Llama, Mistral, and vLLM: strands-agents/harness-sdk#3969"),
            Overflow.of(
                    "exceed\\w*[^.]{0,40} context (?:window|length|size|limit)", "GPT: 'exceeds the context window'"),
            Overflow.of("context (?:window|length)[^.]{0,20} exceed|context_length_exceeded", "MiniMax; codes of GPT"),
            Overflow.of("reduce the length of the (?:input )?(?:prompt|messages)", "Llama, and servers of open models"),
            Overflow.of("input length[^.]{0,40} exceed", "SGLang: sgl-project/sglang#4048"),
            Overflow.of("maximum prompt length is \\d", "Grok"),
            Overflow.of("longer than the model's context", "servers of open models"),
            Overflow.of("exceeded model token limit", "Kimi: MoonshotAI/kimi-code#207"));

    /**
     * Messages about a limit per day, such as {@code Too many tokens per day, please wait before trying again.}
     * (minorun365/agent-book#29).
     */
    private static final Pattern PER_DAY = Pattern.compile("\\b(?:per|a|each|every)[ -](?:day|week|month)\\b|/ ?day\\b"
            + "|\\b(?:daily|weekly|monthly)\\b|\\b[tr]pd\\b|\\b24[ -]?h(?:ou)?rs?\\b");
    /** A limit per day with a shorter delay than this is a rate limit and not an exhausted quota. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private ServiceErrorKind() {}

    /**
     * The kind of an error.
     *
     * @param status the status of the answer; 0 inside a stream
     */
    static Kind of(ServiceError error, int status) {
        String text = error.message().toLowerCase(Locale.ROOT);
        boolean ofModel = ConverseNames.isModelError(error.type());
        Kind kind = ConverseNames.kind(error.type(), status);
        if ((kind == Kind.INVALID_REQUEST || ofModel) && isOverflow(text)) {
            return Kind.CONTEXT_LENGTH;
        }
        if (ofModel && isOverload(error.originalStatus())) {
            kind = ConverseNames.kind(error.originalStatus());
        }
        if (kind == Kind.INVALID_REQUEST && text.contains("model identifier is invalid")) {
            return Kind.NOT_FOUND;
        }
        boolean soon = error.retryDelay() != null && error.retryDelay().compareTo(LONGEST_WAIT) <= 0;
        return kind == Kind.RATE_LIMITED && !soon && PER_DAY.matcher(text).find() ? Kind.QUOTA : kind;
    }

    private static boolean isOverflow(String text) {
        return OVERFLOWS.stream().anyMatch(known -> known.pattern.matcher(text).find());
    }

    /** Whether this status of the model's own server means overload or a rate limit. */
    private static boolean isOverload(int status) {
        return status == 429 || status == 503 || status == 529;
    }
}
