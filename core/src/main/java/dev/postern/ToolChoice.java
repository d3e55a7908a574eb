package dev.postern;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the model may use the tools of a request. */
public sealed interface ToolChoice {
    /** The model decides. */
    ToolChoice AUTO = Mode.AUTO;
    /** The model must not call a tool. */
    ToolChoice NONE = Mode.NONE;
    /** The model must call at least one tool. */
    ToolChoice ANY = Mode.ANY;

    /** The model must call this tool. */
    static ToolChoice named(String tool) {
        return new Named(tool);
    }

    /** The three choices that name no tool. */
    enum Mode implements ToolChoice {
        /** See {@link ToolChoice#AUTO}. */
        AUTO,
        /** See {@link ToolChoice#NONE}. */
        NONE,
        /** See {@link ToolChoice#ANY}. */
        ANY
    }

    /**
     * The model must call this tool.
     *
     * @param tool the tool's name
     */
    record Named(String tool) implements ToolChoice {
        /** Refuses an empty name. */
        public Named {
            if (tool.isBlank()) {
                throw LlmException.invalidRequest("tool_choice", "must name a tool");
            }
        }
    }

    /**
     * The backend's own form, sent as it stands.
     *
     * @param value a JSON object
     */
    record Vendor(Map<String, @Nullable Object> value) implements ToolChoice {
        /** Copies the value. */
        public Vendor {
            value = JsonValues.copyOf("tool_choice", value);
        }
    }
}
