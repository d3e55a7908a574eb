package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextLengthPatternsTest {

    /** Messages in the order of the table; some servers have several. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "context_length_exceeded",
                "model_context_window_exceeded",
                "exceed_context_size_error",
                "model_max_prompt_tokens_exceeded",
                "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
                "Input length (265330) exceeds model's maximum context length (262144).",
                "the request exceeds the available context size, try increasing it",
                "The number of tokens to keep from the initial prompt is greater than the context length.",
                "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
                "prompt too long; exceeded max context length by 12 tokens",
                "invalid params, context window exceeds limit (2013)",
                "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length or `max_tokens` and try again",
                "Your input exceeds the context window of this model.",
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
                "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
                "prompt of 9000 tokens is over the maximum context length of 8192",
                "Exceeded maximum context length",
                "The estimated number of input and maximum output tokens (30000) exceeded this model context window limit (24000).",
                "prompt is too long: 213462 tokens > 200000 maximum",
                "Input is too long for requested model.",
                "Prompt exceeds max length",
                "Prompt exceeds maximum length",
                "输入长度超过限制",
                "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
                "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 280000 tokens.",
                "prompt token count of 132354 exceeds the limit of 128000",
                "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
                "Input length 131393 exceeds the maximum allowed input length of 131040 tokens.",
                "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens).",
                "Requested token count exceeds the model's maximum context length of 131072 tokens.",
                "The total number of tokens in your messages (40000) exceeds the limit of 32000.",
                "Invalid request: Your request exceeded model token limit: 262144 (requested: 270001)",
                "Total message token length exceed model limit (98304 tokens).",
                "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
                "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]",
                "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.",
                "ValidationException: Too many input tokens. Max input tokens: 8192, request input token count: 9000",
                "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
                "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
                "Total tokens of image and text exceed max message tokens.",
                "Please reduce the length of the messages or completion.",
                "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 200 `max_new_tokens`",
                "`inputs` must have less than 1024 tokens. Given: 2000"
            })
    void recognizesTheMessage(String message) {
        assertThat(ContextLengthPatterns.isIn(message.toLowerCase(Locale.ROOT))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
                "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]",
                "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.",
                "Too many tokens, please wait before trying again.",
                "Too many tokens per day, please wait before trying again.",
                "Rate limit reached for gpt-4 on tokens per min (TPM): Limit 10000, Requested 20000. The input or output tokens must be reduced.",
                "You exceeded your current quota, please check your plan and billing details.",
                "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
                "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 41 instead.",
                "Tool call id was turn1_0 but must be a-z, A-Z, 0-9, with a length of 9.",
                "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum",
                "The file name is too long.",
                "The request body is too large.",
                "The context window of this endpoint is being resized; try again later.",
                "context_length must be a positive integer",
                "Unknown parameter: 'context_window'.",
                "Invalid input: user is longer than 64 characters.",
                "The prompt was blocked because of its content.",
                "Input validation error: `temperature` must be strictly positive",
                "The number of requests exceeds the maximum of this key.",
                "Your request was rejected: too many images in the prompt.",
                "The stop sequence is too long.",
                "The response was longer than expected.",
                "The model is overloaded and the input queue exceeds its limit.",
                "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1"
            })
    void doesNotMatchOtherMessages(String message) {
        assertThat(ContextLengthPatterns.isIn(message.toLowerCase(Locale.ROOT))).isFalse();
    }
}
