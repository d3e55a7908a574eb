package dev.postern.openai;

import dev.postern.LlmException;
import java.net.URI;
import java.util.List;

/**
 * How a server deviates from OpenAI's API. The host of the base URL selects the profile where it is unambiguous; the
 * default is {@link #GENERIC}. If a profile is wrong about a field, the provider learns the right form from the
 * server's refusal, once for each model.
 *
 * @param name the name of the profile in configurations
 * @param maxTokens the field that limits the length of the answer
 * @param streamUsage whether streams request their usage with {@code stream_options}, which some servers refuse
 * @param emptyContent the content of an assistant message that has only tool calls
 * @param toolChoice whether the choice of a tool may name the tool
 * @param toolIds the ids of tool calls that the server accepts
 * @param formats the response formats that the server accepts
 * @param reasoning the field in which reasoning is sent back
 * @param keyHeader the header with the key
 * @param rules the conversations, images and tools that the server accepts
 * @param thinkTags whether {@code <think>} tags in the text of an answer mark reasoning; false in all constants of this
 *     class
 */
public record ServerProfile(
        String name,
        MaxTokens maxTokens,
        boolean streamUsage,
        EmptyContent emptyContent,
        ToolChoices toolChoice,
        ToolIdRule toolIds,
        Formats formats,
        Reasoning reasoning,
        KeyHeader keyHeader,
        RequestRules rules,
        boolean thinkTags) {

    /** The field that limits the length of the answer. */
    public enum MaxTokens {
        /** {@code max_tokens}, which all servers accept except OpenAI's reasoning models. */
        MAX_TOKENS,
        /** {@code max_completion_tokens}, OpenAI's newer name. */
        MAX_COMPLETION_TOKENS
    }

    /** The content of a message without text. */
    public enum EmptyContent {
        /** {@code null}. */
        NULL,
        /** The empty string. */
        EMPTY,
        /** The field is omitted. */
        OMIT
    }

    /** The forms of {@code tool_choice} that the server accepts. */
    public enum ToolChoices {
        /** Strings, and an object that names a tool. */
        NAMED,
        /** Strings only. To require one tool, the request offers only this tool and sends {@code required}. */
        STRINGS
    }

    /** The ids of tool calls that the server accepts. */
    public enum ToolIdRule {
        /** Any. */
        ANY,
        /** At most 40 characters (OpenAI). */
        UP_TO_40,
        /** Exactly nine letters and digits (Mistral). */
        NINE_ALPHANUMERICS
    }

    /** The response formats that the server accepts. Other formats are described in the system message instead. */
    public enum Formats {
        /** {@code json_object} and {@code json_schema}. */
        ALL,
        /** Only {@code json_schema} (LM Studio). */
        SCHEMA,
        /** Only {@code json_object} (DeepSeek). */
        OBJECT,
        /** None. */
        NONE
    }

    /** The field in which reasoning is sent back. */
    public enum Reasoning {
        /** Reasoning is not sent back. */
        NONE,
        /**
         * {@code reasoning_content} in each assistant message of a conversation with tools; empty if there was no
         * reasoning (DeepSeek).
         */
        REASONING_CONTENT,
        /**
         * {@code reasoning_content} in each assistant message with tool calls or reasoning of a conversation with
         * tools; one space if there was no reasoning, because an empty string counts as absent (Moonshot).
         */
        REASONING_CONTENT_NOT_EMPTY,
        /** {@code reasoning}. */
        REASONING,
        /** {@code reasoning_details}, which may be encrypted; if there are none, {@code reasoning} (OpenRouter). */
        REASONING_DETAILS
    }

    /** The header with the key. */
    public enum KeyHeader {
        /** {@code Authorization: Bearer}. */
        BEARER,
        /** {@code api-key} (Azure). */
        API_KEY
    }

    /** The profile of an unknown server. */
    public static final ServerProfile GENERIC = new ProfileBuilder().build();

    /** OpenAI itself. */
    public static final ServerProfile OPENAI = GENERIC.named("openai")
            .with(MaxTokens.MAX_COMPLETION_TOKENS)
            .with(ToolIdRule.UP_TO_40)
            .with(RequestRules.OPENAI);

    /** OpenAI's models on Azure. */
    public static final ServerProfile AZURE = OPENAI.named("azure").with(KeyHeader.API_KEY);

    /** Ollama. */
    public static final ServerProfile OLLAMA = GENERIC.named("ollama").with(EmptyContent.EMPTY);

    /** LM Studio. */
    public static final ServerProfile LMSTUDIO = GENERIC.named("lmstudio")
            .with(EmptyContent.EMPTY)
            .with(ToolChoices.STRINGS)
            .with(Formats.SCHEMA)
            .with(RequestRules.TYPED_OBJECTS);

    /** vLLM. */
    public static final ServerProfile VLLM = GENERIC.named("vllm");

    /** Hugging Face's Text Generation Inference. */
    public static final ServerProfile TGI = GENERIC.named("tgi").with(EmptyContent.EMPTY);

    /** llama.cpp's server; start it with {@code --jinja} for tools. */
    public static final ServerProfile LLAMACPP = GENERIC.named("llamacpp").with(ToolChoices.STRINGS);

    /** A LiteLLM proxy. */
    public static final ServerProfile LITELLM = GENERIC.named("litellm").with(RequestRules.ROUTER);

    /** OpenRouter. */
    public static final ServerProfile OPENROUTER =
            GENERIC.named("openrouter").with(Reasoning.REASONING_DETAILS).with(RequestRules.ROUTER);

    /** Groq. */
    public static final ServerProfile GROQ = GENERIC.named("groq").with(MaxTokens.MAX_COMPLETION_TOKENS);

    /** DeepSeek. */
    public static final ServerProfile DEEPSEEK = GENERIC.named("deepseek")
            .with(EmptyContent.EMPTY)
            .with(Formats.OBJECT)
            .with(Reasoning.REASONING_CONTENT);

    /** Moonshot AI, whose models are named Kimi. */
    public static final ServerProfile MOONSHOT =
            GENERIC.named("moonshot").with(EmptyContent.EMPTY).with(Reasoning.REASONING_CONTENT_NOT_EMPTY);

    /** Mistral. */
    public static final ServerProfile MISTRAL = GENERIC.named("mistral")
            .withStreamUsage(false)
            .with(EmptyContent.EMPTY)
            .with(ToolIdRule.NINE_ALPHANUMERICS);

    /** Google's Gemini through its OpenAI-compatible endpoint. */
    public static final ServerProfile GEMINI = GENERIC.named("gemini").with(RequestRules.GEMINI);

    /** Returns all profiles of the library. */
    public static List<ServerProfile> all() {
        return BuiltInProfiles.ALL;
    }

    /**
     * Returns the profile of this name. Case is ignored.
     *
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION} if there is none; the message lists the
     *     names
     */
    public static ServerProfile of(String name) {
        return BuiltInProfiles.byName(name);
    }

    /** Returns the profile of the server at a base URL; {@link #GENERIC} if the host is not one of a known service. */
    public static ServerProfile forBaseUrl(URI baseUrl) {
        return BuiltInProfiles.forBaseUrl(baseUrl);
    }

    /** Returns this profile with another name. */
    public ServerProfile named(String other) {
        return new ProfileBuilder(this).name(other).build();
    }

    /** Returns this profile with another field for the maximum number of tokens. */
    public ServerProfile with(MaxTokens field) {
        return new ProfileBuilder(this).maxTokens(field).build();
    }

    /** Returns this profile, with streams that request their usage or not. */
    public ServerProfile withStreamUsage(boolean requested) {
        return new ProfileBuilder(this).streamUsage(requested).build();
    }

    /** Returns this profile with another content of messages without text. */
    public ServerProfile with(EmptyContent content) {
        return new ProfileBuilder(this).emptyContent(content).build();
    }

    /** Returns this profile with other forms of {@code tool_choice}. */
    public ServerProfile with(ToolChoices accepted) {
        return new ProfileBuilder(this).toolChoice(accepted).build();
    }

    /** Returns this profile with another rule for the ids of tool calls. */
    public ServerProfile with(ToolIdRule rule) {
        return new ProfileBuilder(this).toolIds(rule).build();
    }

    /** Returns this profile with other response formats. */
    public ServerProfile with(Formats accepted) {
        return new ProfileBuilder(this).formats(accepted).build();
    }

    /** Returns this profile with another field for reasoning. */
    public ServerProfile with(Reasoning field) {
        return new ProfileBuilder(this).reasoning(field).build();
    }

    /** Returns this profile with another header for the key. */
    public ServerProfile with(KeyHeader header) {
        return new ProfileBuilder(this).keyHeader(header).build();
    }

    /** Returns this profile with other rules for requests. */
    public ServerProfile with(RequestRules other) {
        return new ProfileBuilder(this).rules(other).build();
    }

    /** Returns this profile, with {@code <think>} tags in the text of answers read as reasoning or not. */
    public ServerProfile withThinkTags(boolean areReasoning) {
        return new ProfileBuilder(this).thinkTags(areReasoning).build();
    }
}
