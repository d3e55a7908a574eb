package dev.postern.bedrock;

import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The kind of a failure where its name is not enough: AWS has one exception for all that is wrong with a request, and one
 * for all limits.
 */
final class FaultKind {
    /** Words of a context that is too long, in lower case, and who says so. */
    private record Overflow(Pattern words, String source) {
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
                    "Titan, by characters; a path names any other field"),
            Overflow.of("maximum context length", "Llama, Mistral, and vLLM: strands-agents/harness-sdk#3969"),
            Overflow.of(
                    "exceed\\w*[^.]{0,40} context (?:window|length|size|limit)", "GPT: 'exceeds the context window'"),
            Overflow.of("context (?:window|length)[^.]{0,20} exceed|context_length_exceeded", "MiniMax; codes of GPT"),
            Overflow.of("reduce the length of the (?:input )?(?:prompt|messages)", "Llama, and servers of open models"),
            Overflow.of("input length[^.]{0,40} exceed", "SGLang: sgl-project/sglang#4048"),
            Overflow.of("maximum prompt length is \\d", "Grok"),
            Overflow.of("longer than the model's context", "servers of open models"),
            Overflow.of("exceeded model token limit", "Kimi: MoonshotAI/kimi-code#207"));

    /** Such as {@code Too many tokens per day, please wait before trying again.} (minorun365/agent-book#29). */
    private static final Pattern PER_DAY = Pattern.compile("\\b(?:per|a|each|every)[ -](?:day|week|month)\\b|/ ?day\\b"
            + "|\\b(?:daily|weekly|monthly)\\b|\\b[tr]pd\\b|\\b24[ -]?h(?:ou)?rs?\\b");
    /** A limit per day that is over sooner than this is worth waiting for. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private FaultKind() {}

    /**
     * What a fault means.
     *
     * @param status of the answer; 0 inside a stream
     */
    static Kind of(Fault fault, int status) {
        String text = fault.message().toLowerCase(Locale.ROOT);
        boolean ofModel = WireNames.isModelError(fault.type());
        Kind kind = WireNames.kind(fault.type(), status);
        if ((kind == Kind.INVALID_REQUEST || ofModel) && isOverflow(text)) {
            return Kind.CONTEXT_LENGTH;
        }
        if (ofModel && isBusy(fault.originalStatus())) {
            kind = WireNames.kind(fault.originalStatus());
        }
        if (kind == Kind.INVALID_REQUEST && text.contains("model identifier is invalid")) {
            return Kind.NOT_FOUND;
        }
        boolean soon = fault.pause() != null && fault.pause().compareTo(LONGEST_WAIT) <= 0;
        return kind == Kind.RATE_LIMITED && !soon && PER_DAY.matcher(text).find() ? Kind.QUOTA : kind;
    }

    private static boolean isOverflow(String text) {
        return OVERFLOWS.stream().anyMatch(known -> known.words.matcher(text).find());
    }

    /** What the model's own server says of its load. */
    private static boolean isBusy(int status) {
        return status == 429 || status == 503 || status == 529;
    }
}
