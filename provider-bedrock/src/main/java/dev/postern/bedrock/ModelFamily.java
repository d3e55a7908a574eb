package dev.postern.bedrock;

import java.util.Locale;

/**
 * What a family of models wants beyond what Converse says. Found out from the model's id; an application inference profile
 * hides it, so it can be set.
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
    /** Amazon's Nova. */
    NOVA(false, false, false),
    /** Any other. */
    OTHER(false, false, true);

    private final boolean resultsAlone;
    private final boolean assistantFirst;
    private final boolean cachesTools;

    ModelFamily(boolean resultsAlone, boolean assistantFirst, boolean cachesTools) {
        this.resultsAlone = resultsAlone;
        this.assistantFirst = assistantFirst;
        this.cachesTools = cachesTools;
    }

    /** Whether results of tools may share a turn with nothing else. */
    boolean resultsAlone() {
        return resultsAlone;
    }

    /** Whether a document may not stand beside results of tools. */
    boolean documentsApart() {
        return this == ANTHROPIC;
    }

    /** Whether the assistant may speak first. */
    boolean assistantFirst() {
        return assistantFirst;
    }

    /** Whether a cache point may stand among the tools; others refuse it (NousResearch/hermes-agent#97281). */
    boolean cachesTools() {
        return cachesTools;
    }

    /** By the id of a model or of a system's inference profile: {@code us.anthropic.claude-…}, {@code meta.llama3-…}. */
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
