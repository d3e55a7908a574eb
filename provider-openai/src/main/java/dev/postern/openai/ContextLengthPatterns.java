package dev.postern.openai;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The error messages for a conversation that exceeds the model's context. To add one, add a row with a pattern in lower
 * case and its source. The pattern must name both the input and the excess, so that other sentences do not match.
 */
final class ContextLengthPatterns {
    /** A limit on tokens per time. It also mentions too many tokens, but is not about the context. */
    private static final Pattern RATE =
            Pattern.compile("rate.?limit|too many requests|\\bper[ _-]?(?:second|minute|hour|day)"
                    + "|\\btokens?/(?:min|day)|\\b[rt]p[md]\\b|\\bquota\\b|throttl");

    private static final String EXCEEDS =
            "(?:exceed|\\bover(?:flows?|s| the)?\\b|beyond|longer|larger|greater|too (?:long|large|many)"
                    + "|requested|resulted in|reduce the|cannot be more|must be (?:less|at most|<))";
    private static final String CONTEXT = "(?:context|sequence) ?_?(?:length|window|size|limit)";
    private static final String INPUT = "(?:input|prompt|message)s?";

    private record Row(Pattern pattern, String source) {
        Row(String regex, String source) {
            this(Pattern.compile(regex, Pattern.DOTALL), source);
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row("context_length_exceeded|model_context_window_exceeded", "the code of OpenAI and many others"),
            new Row("exceed_context_size", "the class of llama.cpp"),
            new Row("model_max_prompt_tokens_exceeded", "the code of GitHub Copilot, copilot-intellij-feedback#94"),
            new Row(
                    EXCEEDS + ".{0,120}" + CONTEXT,
                    "Together, SGLang, llama.cpp, LM Studio, Ollama, MiniMax, Anthropic"),
            new Row("maximum " + CONTEXT + ".{0,160}" + EXCEEDS, "OpenAI, vLLM, DeepSeek, OpenRouter"),
            new Row(CONTEXT + " ?(?:is |was )?exceed", "Databricks, LiteLLM"),
            new Row("model context window limit", "Cloudflare"),
            new Row("\\b" + INPUT + " (?:is |are |was )?too long", "Anthropic, Bedrock, Ollama, Tencent"),
            new Row(
                    "prompt exceeds max(?:imum)? length|prompt ?超长|(?:输入|上下文|prompt).{0,12}(?:超长|过长|超过|超出)",
                    "z.ai, code 1261"),
            new Row("\\b(?:input|prompt) tokens? (?:count )?.{0,40}exceed", "Gemini, OpenAI, Copilot, Nova"),
            new Row("requested token count exceed", "SGLang"),
            new Row(
                    "\\btotal (?:number of )?tokens .{0,60}exceed|\\btokens in (?:the|your) (?:request|prompt|messages) .{0,60}exceed",
                    "Tencent, proxies"),
            new Row("number of input tokens.{0,20}exceed|input tokens exceeded", "Amazon Nova"),
            new Row(
                    "\\binput length .{0,40}exceed",
                    "Poolside behind OpenRouter, earendil-works/pi#4943; sgl-project/sglang#4048"),
            new Row(
                    "exceed\\w* (?:the )?(?:model )?token limit|exceed (?:the )?model limit",
                    "Moonshot, MoonshotAI/kimi-code#207; DashScope"),
            new Row("maximum prompt length is \\d", "xAI"),
            new Row("range of input length should be", "DashScope, QwenLM/qwen-code#98"),
            new Row("too many (?:input |prompt )?tokens in the prompt|tokens in the prompt cannot exceed", "Cohere"),
            new Row("too many (?:input|prompt) tokens", "Bedrock"),
            new Row("too large for model with \\d+ maximum", "Mistral"),
            new Row("longer than the maximum model length", "vLLM"),
            new Row(
                    "tokens? .{0,40}exceed max(?:imum)? (?:message|input|prompt) tokens|token length too long",
                    "Volcengine, Kimi"),
            new Row("reduce the length of the (?:input )?(?:messages|prompt)", "Groq, Cerebras, vLLM"),
            new Row("`max_new_tokens` must be <=|`inputs` must have less than", "TGI"));

    private ContextLengthPatterns() {}

    /** Whether the text, in lower case, is such an error message. */
    static boolean isIn(String text) {
        return ROWS.stream().anyMatch(row -> row.pattern().matcher(text).find())
                && !RATE.matcher(text).find();
    }
}
