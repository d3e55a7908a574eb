package dev.postern.bedrock;

import java.util.Locale;

/**
 * A family of models, with its own rules for requests in addition to those of Converse. By default it is derived
 * from the model's id. The ARN of an application inference profile does not show the family, so the builder can set it.
 */
public enum ModelFamily {
    /** Claude. */
    ANTHROPIC(false, true, true),
    /** Llama. */
    META(true, false, true),
    /** Mistral. */
    MISTRAL(true, false, true),
    /** Qwen. */
    QWEN(false, true, true),
    /** Amazon Nova. */
    NOVA(false, false, false),
    /** Any other family. */
    OTHER(false, false, true);

    private final boolean resultsAlone;
    private final boolean assistantFirst;
    private final boolean cachesTools;

    ModelFamily(boolean resultsAlone, boolean assistantFirst, boolean cachesTools) {
        this.resultsAlone = resultsAlone;
        this.assistantFirst = assistantFirst;
        this.cachesTools = cachesTools;
    }

    /** Whether a turn with tool results must have no other content. */
    boolean resultsAlone() {
        return resultsAlone;
    }

    /** Whether a turn with tool results must have no documents. */
    boolean documentsApart() {
        return this == ANTHROPIC;
    }

    /** Whether a conversation may begin with a message of the assistant. */
    boolean assistantFirst() {
        return assistantFirst;
    }

    /** Whether a cache point after the tools is allowed; other families refuse it (NousResearch/hermes-agent#97281). */
    boolean cachesTools() {
        return cachesTools;
    }

    /**
     * The family of a model.
     *
     * @param modelId the id of a model or of an inference profile of AWS, such as {@code us.anthropic.claude-…}
     */
    static ModelFamily of(String modelId) {
        String id = modelId.toLowerCase(Locale.ROOT);
        if (id.contains("anthropic.") || id.contains("claude")) {
            return ANTHROPIC;
        }
        if (id.contains("meta.") || id.contains("llama")) {
            return META;
        }
        if (id.contains("mistral.") || id.contains("mistral-")) {
            return MISTRAL;
        }
        if (id.contains("amazon.nova")) {
            return NOVA;
        }
        return id.contains("qwen.") ? QWEN : OTHER;
    }
}
