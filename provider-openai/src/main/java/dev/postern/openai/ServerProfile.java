package dev.postern.openai;

import dev.postern.LlmException;
import java.net.URI;
import java.util.List;

/**
 * What a server wants, where servers that claim the same protocol differ. Chosen by the base URL where that is certain, else
 * {@link #GENERIC}. What a profile gets wrong, the provider learns from the server's refusal, once for each model.
 *
 * @param name names the profile in configurations
 * @param maxTokens how the longest answer is asked for
 * @param streamUsage whether streams may be asked for their usage ({@code stream_options}), which some servers refuse
 * @param emptyContent what stands for the text of a message of the assistant that has only tool calls
 * @param toolChoice whether one tool can be demanded by name
 * @param toolIds which ids of tool calls are accepted
 * @param formats which response formats are known
 * @param reasoning in which field reasoning is handed back with the tool calls that it led to
 * @param keyHeader where the key goes
 * @param rules which conversations, images and tools are accepted
 * @param thinkTags whether {@code <think>} tags in the text of an answer mark reasoning; off in each profile here
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

    /** The field for the longest answer. */
    public enum MaxTokens {
        /** {@code max_tokens}, known to all but OpenAI's reasoning models. */
        MAX_TOKENS,
        /** {@code max_completion_tokens}, OpenAI's newer name. */
        MAX_COMPLETION_TOKENS
    }

    /** What stands for no text. */
    public enum EmptyContent {
        /** {@code null}. */
        NULL,
        /** The empty string. */
        EMPTY,
        /** The field is left out. */
        OMIT
    }

    /** How a tool is demanded. */
    public enum ToolChoices {
        /** By an object that names it. */
        NAMED,
        /** By words alone; to demand one tool, only that one is offered and {@code required} is said. */
        WORDS
    }

    /** Which ids of tool calls are accepted. */
    public enum ToolIdRule {
        /** Any. */
        ANY,
        /** At most 40 characters (OpenAI). */
        UP_TO_40,
        /** Exactly nine letters and digits (Mistral). */
        NINE_ALPHANUMERICS
    }

    /** Which response formats are known; what is not known is asked for in words. */
    public enum Formats {
        /** {@code json_object} and {@code json_schema}. */
        ALL,
        /** {@code json_schema} alone (LM Studio). */
        SCHEMA,
        /** {@code json_object} alone (DeepSeek). */
        OBJECT,
        /** None. */
        NONE
    }

    /** The field for reasoning that is handed back. */
    public enum Reasoning {
        /** It is not handed back. */
        NONE,
        /** {@code reasoning_content} with each message of a conversation with tools, empty where there was none (DeepSeek). */
        REASONING_CONTENT,
        /** The same, but a space where there was none, since empty counts as absent (Moonshot). */
        REASONING_CONTENT_NOT_EMPTY,
        /** {@code reasoning}. */
        REASONING,
        /** {@code reasoning_details}, which may be encrypted, else {@code reasoning} (OpenRouter). */
        REASONING_DETAILS
    }

    /** Where the key goes. */
    public enum KeyHeader {
        /** {@code Authorization: Bearer}. */
        BEARER,
        /** {@code api-key} (Azure). */
        API_KEY
    }

    /** A server of which nothing is known. */
    public static final ServerProfile GENERIC = new ServerProfile(
            "generic",
            MaxTokens.MAX_TOKENS,
            true,
            EmptyContent.NULL,
            ToolChoices.NAMED,
            ToolIdRule.ANY,
            Formats.ALL,
            Reasoning.NONE,
            KeyHeader.BEARER,
            RequestRules.GENERIC,
            false);

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
            .with(ToolChoices.WORDS)
            .with(Formats.SCHEMA)
            .with(RequestRules.TYPED_OBJECTS);

    /** vLLM. */
    public static final ServerProfile VLLM = GENERIC.named("vllm");

    /** Hugging Face's Text Generation Inference. */
    public static final ServerProfile TGI = GENERIC.named("tgi").with(EmptyContent.EMPTY);

    /** llama.cpp's server; start it with {@code --jinja} for tools. */
    public static final ServerProfile LLAMACPP = GENERIC.named("llamacpp").with(ToolChoices.WORDS);

    /** A LiteLLM proxy. */
    public static final ServerProfile LITELLM = GENERIC.named("litellm").with(RequestRules.DEVELOPER);

    /** OpenRouter. */
    public static final ServerProfile OPENROUTER =
            GENERIC.named("openrouter").with(Reasoning.REASONING_DETAILS).with(RequestRules.DEVELOPER);

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

    /** All profiles that come with the library. */
    public static List<ServerProfile> all() {
        return BuiltInProfiles.ALL;
    }

    /** The profile of this name, in any case; else {@link LlmException.Kind#CONFIGURATION} with a list of the names. */
    public static ServerProfile of(String name) {
        return BuiltInProfiles.named(name);
    }

    /** The profile of the server behind a base URL; {@link #GENERIC} unless its host leaves no doubt. */
    public static ServerProfile forBaseUrl(URI baseUrl) {
        return BuiltInProfiles.at(baseUrl);
    }

    /** This profile under another name. */
    public ServerProfile named(String other) {
        return draft().name(other).profile();
    }

    /** This profile with another field for the longest answer. */
    public ServerProfile with(MaxTokens field) {
        return draft().maxTokens(field).profile();
    }

    /** This profile, asking streams for their usage or not. */
    public ServerProfile withStreamUsage(boolean asked) {
        return draft().streamUsage(asked).profile();
    }

    /** This profile with another sign for no text. */
    public ServerProfile with(EmptyContent sign) {
        return draft().emptyContent(sign).profile();
    }

    /** This profile with another way to demand a tool. */
    public ServerProfile with(ToolChoices way) {
        return draft().toolChoice(way).profile();
    }

    /** This profile with another rule for ids. */
    public ServerProfile with(ToolIdRule rule) {
        return draft().toolIds(rule).profile();
    }

    /** This profile with other response formats. */
    public ServerProfile with(Formats known) {
        return draft().formats(known).profile();
    }

    /** This profile with another field for reasoning. */
    public ServerProfile with(Reasoning field) {
        return draft().reasoning(field).profile();
    }

    /** This profile with another place for the key. */
    public ServerProfile with(KeyHeader header) {
        return draft().keyHeader(header).profile();
    }

    /** This profile with other rules for requests. */
    public ServerProfile with(RequestRules other) {
        return draft().rules(other).profile();
    }

    /** This profile, reading {@code <think>} tags in the text of answers as reasoning or not. */
    public ServerProfile withThinkTags(boolean areReasoning) {
        return draft().thinkTags(areReasoning).profile();
    }

    private ProfileBuilder draft() {
        return new ProfileBuilder(this);
    }
}
