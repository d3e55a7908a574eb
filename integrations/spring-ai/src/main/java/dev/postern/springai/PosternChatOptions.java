package dev.postern.springai;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.tool.ToolCallback;

/**
 * The options of a {@link PosternChatModel}: those of Spring AI, and the fields of a {@link CompletionRequest} for which Spring AI has no
 * option. An option that is not set is not sent, so the backend's default applies. Immutable.
 *
 * <pre>{@code
 * PosternChatOptions.builder().model("gpt-4o").temperature(0.2).reasoningEffort("low").build()
 * }</pre>
 *
 * <p>{@code topK} is sent as the extra field {@code top_k}, unless the extra fields have one.
 */
public final class PosternChatOptions extends DefaultToolCallingChatOptions implements StructuredOutputChatOptions {
    final OwnFields own;

    private PosternChatOptions(
            OwnFields own,
            @Nullable List<ToolCallback> toolCallbacks,
            @Nullable Map<String, Object> toolContext,
            @Nullable String model,
            @Nullable Double frequencyPenalty,
            @Nullable Integer maxTokens,
            @Nullable Double presencePenalty,
            @Nullable List<String> stopSequences,
            @Nullable Double temperature,
            @Nullable Integer topK,
            @Nullable Double topP) {
        super(
                toolCallbacks,
                toolContext,
                model,
                frequencyPenalty,
                maxTokens,
                presencePenalty,
                stopSequences,
                temperature,
                topK,
                topP);
        this.own = own;
    }

    /** A builder without options. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with these options. */
    @Override
    public Builder mutate() {
        Builder builder = builder()
                .model(getModel())
                .frequencyPenalty(getFrequencyPenalty())
                .maxTokens(getMaxTokens())
                .presencePenalty(getPresencePenalty())
                .stopSequences(getStopSequences())
                .temperature(getTemperature())
                .topK(getTopK())
                .topP(getTopP())
                .toolCallbacks(getToolCallbacks())
                .toolContext(getToolContext());
        builder.own = own.copy();
        return builder;
    }

    /** See {@link CompletionRequest#backend()}; null for the default backend. */
    public @Nullable String getBackend() {
        return own.backend;
    }

    /**
     * A JSON Schema, as JSON text, that the answer's text must follow, strictly where the backend can enforce it. It wins over {@link
     * #getResponseFormat()}.
     */
    @Override
    public @Nullable String getOutputSchema() {
        return own.outputSchema;
    }

    /** See {@link CompletionRequest#responseFormat()}. */
    public @Nullable ResponseFormat getResponseFormat() {
        return own.responseFormat;
    }

    /** See {@link CompletionRequest#toolChoice()}. */
    public @Nullable ToolChoice getToolChoice() {
        return own.toolChoice;
    }

    /** See {@link CompletionRequest#parallelToolCalls()}. */
    public @Nullable Boolean getParallelToolCalls() {
        return own.parallelToolCalls;
    }

    /** See {@link CompletionRequest#seed()}. */
    public @Nullable Long getSeed() {
        return own.seed;
    }

    /** See {@link CompletionRequest#reasoningEffort()}. */
    public @Nullable String getReasoningEffort() {
        return own.reasoningEffort;
    }

    /** See {@link CompletionRequest#requestMetadata()}. */
    public Map<String, String> getRequestMetadata() {
        return own.requestMetadata;
    }

    /** See {@link CompletionRequest#notes()}. */
    public Map<String, @Nullable Object> getNotes() {
        return own.notes;
    }

    /** See {@link CompletionRequest#extra()}. */
    public Map<String, @Nullable Object> getExtra() {
        return own.extra;
    }

    /** See {@link CompletionRequest#options()}. */
    public @Nullable CallOptions getCallOptions() {
        return own.callOptions;
    }

    /** See {@link CompletionRequest#context()}; it wins over {@link PosternChatModel#CALL_CONTEXT}. */
    public @Nullable CallContext getCallContext() {
        return own.callContext;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other) && other instanceof PosternChatOptions that && own.equals(that.own);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), own);
    }

    /** The model and the names of the tools. The other options are left out, as some may be secrets. */
    @Override
    public String toString() {
        List<ToolCallback> tools = Objects.requireNonNullElse(getToolCallbacks(), List.of());
        return "PosternChatOptions[model=" + getModel() + ", tools="
                + tools.stream().map(tool -> tool.getToolDefinition().name()).toList() + "]";
    }

    /** Builds options. Not thread-safe. May be used again after {@link #build}. */
    public static final class Builder extends DefaultToolCallingChatOptions.Builder<Builder>
            implements StructuredOutputChatOptions.Builder<Builder> {
        private OwnFields own = new OwnFields();

        private Builder() {}

        /** See {@link PosternChatOptions#getBackend()}. */
        public Builder backend(@Nullable String name) {
            own.backend = name;
            return this;
        }

        /** See {@link PosternChatOptions#getOutputSchema()}. */
        @Override
        public Builder outputSchema(@Nullable String jsonSchema) {
            own.outputSchema = jsonSchema;
            return this;
        }

        /** See {@link PosternChatOptions#getResponseFormat()}. */
        public Builder responseFormat(@Nullable ResponseFormat format) {
            own.responseFormat = format;
            return this;
        }

        /** See {@link PosternChatOptions#getToolChoice()}. */
        public Builder toolChoice(@Nullable ToolChoice choice) {
            own.toolChoice = choice;
            return this;
        }

        /** See {@link PosternChatOptions#getParallelToolCalls()}. */
        public Builder parallelToolCalls(@Nullable Boolean allowed) {
            own.parallelToolCalls = allowed;
            return this;
        }

        /** See {@link PosternChatOptions#getSeed()}. */
        public Builder seed(@Nullable Long value) {
            own.seed = value;
            return this;
        }

        /** See {@link PosternChatOptions#getReasoningEffort()}. */
        public Builder reasoningEffort(@Nullable String word) {
            own.reasoningEffort = word;
            return this;
        }

        /** See {@link PosternChatOptions#getRequestMetadata()}. Replaces all labels. */
        public Builder requestMetadata(Map<String, String> labels) {
            own.requestMetadata = OwnFields.copyOf(labels);
            return this;
        }

        /** See {@link PosternChatOptions#getNotes()}. Replaces all notes. */
        public Builder notes(Map<String, ?> entries) {
            own.notes = OwnFields.copyOf(entries);
            return this;
        }

        /** See {@link PosternChatOptions#getExtra()}. Replaces all extra fields. */
        public Builder extra(Map<String, ?> fields) {
            own.extra = OwnFields.copyOf(fields);
            return this;
        }

        /** See {@link PosternChatOptions#getCallOptions()}. */
        public Builder callOptions(@Nullable CallOptions options) {
            own.callOptions = options;
            return this;
        }

        /** See {@link PosternChatOptions#getCallContext()}. */
        public Builder callContext(@Nullable CallContext context) {
            own.callContext = context;
            return this;
        }

        /** A builder with the same options, which changes on its own. */
        @Override
        public Builder clone() {
            Builder copy = super.clone();
            copy.own = own.copy();
            return copy;
        }

        /**
         * Takes the options that are set in the other builder, which may be of any type. Stop sequences and tools are added, and so are the
         * entries of maps.
         */
        @Override
        public Builder combineWith(ChatOptions.Builder<?> other) {
            super.combineWith(other);
            if (other instanceof Builder that) {
                own.add(that.own);
            } else if (other instanceof StructuredOutputChatOptions.Builder<?>
                    && other.build() instanceof StructuredOutputChatOptions structured
                    && structured.getOutputSchema() != null) {
                own.outputSchema = structured.getOutputSchema();
            }
            return this;
        }

        /** The options. */
        @Override
        public PosternChatOptions build() {
            return new PosternChatOptions(
                    own.copy(),
                    toolCallbacks,
                    toolContext,
                    model,
                    frequencyPenalty,
                    maxTokens,
                    presencePenalty,
                    stopSequences,
                    temperature,
                    topK,
                    topP);
        }
    }
}
