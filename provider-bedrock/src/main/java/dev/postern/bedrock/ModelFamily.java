package dev.postern.bedrock;

import java.util.Locale;

/**
 * What a family of models wants beyond what Converse says. Found out from the model's id; an application inference profile
 * hides it, so it can be set.
 */
public enum ModelFamily {
    /** Claude. */
    ANTHROPIC(false, true),
    /** Llama. */
    META(true, false),
    /** Mistral. */
    MISTRAL(true, false),
    /** Qwen. */
    QWEN(false, true),
    /** Any other, Amazon's Nova among them. */
    OTHER(false, false);

    private final boolean resultsAlone;
    private final boolean assistantFirst;

    ModelFamily(boolean resultsAlone, boolean assistantFirst) {
        this.resultsAlone = resultsAlone;
        this.assistantFirst = assistantFirst;
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
        return id.contains("qwen.") ? QWEN : OTHER;
    }
}
