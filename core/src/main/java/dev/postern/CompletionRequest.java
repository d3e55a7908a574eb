package dev.postern;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request to a model. Only the messages are required. A field that is not set is not sent, so the backend's default applies.
 * Immutable.
 */
public final class CompletionRequest {
    private final RequestValues values;

    private CompletionRequest(RequestValues values) {
        this.values = values;
    }

    /** A request with one message of the user. */
    public static CompletionRequest of(String userText) {
        return builder().user(userText).build();
    }

    /** A builder of a request without any field. */
    public static Builder builder() {
        return new Builder(new RequestValues());
    }

    /** A builder with the fields of this request. */
    public Builder toBuilder() {
        return new Builder(values.thawed());
    }

    /**
     * The name of the backend, for a provider that has several; empty for the default one. In the gateway's wire format it is
     * {@code provider}.
     */
    public String backend() {
        return values.backend;
    }

    /** The model; empty for the backend's default. */
    public String model() {
        return values.model;
    }

    /** The system prompt, which comes before all messages; empty for none. */
    public String system() {
        return values.system;
    }

    /** The conversation; never empty. */
    public List<Message> messages() {
        return values.messages;
    }

    /** The tools that the model may call. */
    public List<ToolDefinition> tools() {
        return values.tools;
    }

    /** How the model may use the tools; empty for the backend's default. */
    public Optional<ToolChoice> toolChoice() {
        return Optional.ofNullable(values.toolChoice);
    }

    /** The sampling temperature, at least 0. A higher value makes answers more random. */
    public OptionalDouble temperature() {
        return optional(values.temperature);
    }

    /** The maximum length of the answer, in tokens; at least 1. */
    public OptionalInt maxTokens() {
        return values.maxTokens == null ? OptionalInt.empty() : OptionalInt.of(values.maxTokens);
    }

    /** Nucleus sampling, from 0 to 1: the model chooses among the most likely tokens that have this share of the probability. */
    public OptionalDouble topP() {
        return optional(values.topP);
    }

    /** The seed of the sampling. The same seed gives similar answers, as far as the backend supports it. */
    public OptionalLong seed() {
        return values.seed == null ? OptionalLong.empty() : OptionalLong.of(values.seed);
    }

    /** A penalty on tokens that the text contains already. Above 0, new subjects are more likely. */
    public OptionalDouble presencePenalty() {
        return optional(values.presencePenalty);
    }

    /** A penalty on tokens by the number of their occurrences. Above 0, repetitions are less likely. */
    public OptionalDouble frequencyPenalty() {
        return optional(values.frequencyPenalty);
    }

    /** Stop sequences: the answer ends before the first of them. */
    public List<String> stop() {
        return values.stop;
    }

    /** How much the model reasons, as a value of the backend such as {@code low}; empty for its default. */
    public String reasoningEffort() {
        return values.reasoningEffort;
    }

    /** Whether the model may call several tools in one turn. */
    public Optional<Boolean> parallelToolCalls() {
        return Optional.ofNullable(values.parallelToolCalls);
    }

    /** The format of the answer's text; empty for plain text. */
    public Optional<ResponseFormat> responseFormat() {
        return Optional.ofNullable(values.responseFormat);
    }

    /**
     * Labels that the backend stores with this request, for example for its logs and its bill. OpenAI-compatible servers get
     * them as {@code metadata}, Bedrock as {@code requestMetadata}. Each backend has its own rules for their number and
     * length; OpenAI stores them only if {@code store} is set in {@link #extra()}.
     */
    public Map<String, String> requestMetadata() {
        return values.requestMetadata;
    }

    /** Notes of the application. No provider sends them. In the gateway's wire format they are {@code metadata}. */
    public Map<String, @Nullable Object> notes() {
        return values.notes();
    }

    /**
     * Fields of the backend's API, added to the request body. A provider refuses a field that this request sets as well, and a
     * field that decides how the call is made, such as {@code stream}. Tools among them are added to this request's tools.
     */
    public Map<String, @Nullable Object> extra() {
        return values.extra();
    }

    /** Headers, timeouts and credentials of this call. */
    public CallOptions options() {
        return values.options;
    }

    /** Who asks, and until when. No provider sends it, and {@link #equals} ignores it. */
    public CallContext context() {
        return values.context;
    }

    /** This request with another context. Cheaper than a builder, because nothing is checked or copied again. */
    public CompletionRequest withContext(CallContext context) {
        return new CompletionRequest(values.withContext(Objects.requireNonNull(context, "context")));
    }

    /**
     * This request without its options, context and notes: what is asked. It is equal for all callers that ask the same, so it can be a
     * part of the key of a cache. It shares the messages with this request.
     */
    public CompletionRequest question() {
        return new CompletionRequest(values.question());
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /**
     * Whether all fields but the context are equal. Numbers in JSON values, such as those of {@link #extra()}, are compared as Java objects: the
     * {@code Integer} 1 and the {@code Long} 1 differ, though they are the same JSON.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CompletionRequest that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /**
     * What differs from an empty request. Texts and lists are shortened. Tool arguments, and the values of extra fields, notes,
     * headers and credentials, are left out.
     */
    @Override
    public String toString() {
        return "CompletionRequest[" + values + "]";
    }

    /** Builds a request. Not thread-safe. May be used again after {@link #build}. */
    public static final class Builder {
        private final RequestValues values;

        private Builder(RequestValues values) {
            this.values = values;
        }

        /** See {@link CompletionRequest#backend()}. */
        public Builder backend(String name) {
            values.backend = Objects.requireNonNull(name, "backend");
            return this;
        }

        /** See {@link CompletionRequest#model()}. */
        public Builder model(String name) {
            values.model = Objects.requireNonNull(name, "model");
            return this;
        }

        /** See {@link CompletionRequest#system()}. */
        public Builder system(String text) {
            values.system = Objects.requireNonNull(text, "system");
            return this;
        }

        /** Appends a message of the user. */
        public Builder user(String text) {
            return message(Message.user(text));
        }

        /** Appends a message of the user with images, documents or audio. */
        public Builder user(Content... parts) {
            return message(Message.user(parts));
        }

        /** Appends a message of the assistant. */
        public Builder assistant(String text) {
            return message(Message.assistant(text));
        }

        /** Appends a message with the results of all tool calls of one turn. */
        public Builder toolResults(ToolResult... results) {
            return message(Message.toolResults(results));
        }

        /** Appends a message with the results of all tool calls of one turn. */
        public Builder toolResults(List<ToolResult> results) {
            return message(Message.toolResults(results));
        }

        /** Appends a message. */
        public Builder message(Message message) {
            values.messages.add(Objects.requireNonNull(message, "message"));
            return this;
        }

        /** Replaces all messages. */
        public Builder messages(List<Message> all) {
            values.messages = new ArrayList<>(List.copyOf(all));
            return this;
        }

        /** Adds a tool. */
        public Builder tool(ToolDefinition tool) {
            values.tools.add(Objects.requireNonNull(tool, "tool"));
            return this;
        }

        /** Replaces all tools. */
        public Builder tools(List<ToolDefinition> all) {
            values.tools = new ArrayList<>(List.copyOf(all));
            return this;
        }

        /** See {@link CompletionRequest#toolChoice()}. */
        public Builder toolChoice(@Nullable ToolChoice choice) {
            values.toolChoice = choice;
            return this;
        }

        /** See {@link CompletionRequest#temperature()}; null for the backend's default. */
        public Builder temperature(@Nullable Double value) {
            values.temperature = value;
            return this;
        }

        /** See {@link CompletionRequest#temperature()}. */
        public Builder temperature(double value) {
            return temperature(Double.valueOf(value));
        }

        /** See {@link CompletionRequest#maxTokens()}. */
        public Builder maxTokens(@Nullable Integer count) {
            values.maxTokens = count;
            return this;
        }

        /** See {@link CompletionRequest#topP()}; null for the backend's default. */
        public Builder topP(@Nullable Double value) {
            values.topP = value;
            return this;
        }

        /** See {@link CompletionRequest#topP()}. */
        public Builder topP(double value) {
            return topP(Double.valueOf(value));
        }

        /** See {@link CompletionRequest#seed()}; null for the backend's default. */
        public Builder seed(@Nullable Long value) {
            values.seed = value;
            return this;
        }

        /** See {@link CompletionRequest#seed()}. */
        public Builder seed(long value) {
            return seed(Long.valueOf(value));
        }

        /** See {@link CompletionRequest#presencePenalty()}; null for the backend's default. */
        public Builder presencePenalty(@Nullable Double value) {
            values.presencePenalty = value;
            return this;
        }

        /** See {@link CompletionRequest#presencePenalty()}. */
        public Builder presencePenalty(double value) {
            return presencePenalty(Double.valueOf(value));
        }

        /** See {@link CompletionRequest#frequencyPenalty()}; null for the backend's default. */
        public Builder frequencyPenalty(@Nullable Double value) {
            values.frequencyPenalty = value;
            return this;
        }

        /** See {@link CompletionRequest#frequencyPenalty()}. */
        public Builder frequencyPenalty(double value) {
            return frequencyPenalty(Double.valueOf(value));
        }

        /** See {@link CompletionRequest#stop()}. */
        public Builder stop(String... sequences) {
            values.stop = List.of(sequences);
            return this;
        }

        /** See {@link CompletionRequest#reasoningEffort()}. */
        public Builder reasoningEffort(String word) {
            values.reasoningEffort = Objects.requireNonNull(word, "reasoningEffort");
            return this;
        }

        /** See {@link CompletionRequest#parallelToolCalls()}. */
        public Builder parallelToolCalls(@Nullable Boolean allowed) {
            values.parallelToolCalls = allowed;
            return this;
        }

        /** See {@link CompletionRequest#responseFormat()}. */
        public Builder responseFormat(@Nullable ResponseFormat format) {
            values.responseFormat = format;
            return this;
        }

        /** See {@link CompletionRequest#requestMetadata()}. */
        public Builder requestMetadata(Map<String, String> labels) {
            values.requestMetadata = labels;
            return this;
        }

        /** See {@link CompletionRequest#notes()}. */
        public Builder notes(Map<String, ?> entries) {
            values.notes = entries;
            return this;
        }

        /** See {@link CompletionRequest#extra()}. */
        public Builder extra(Map<String, ?> fields) {
            values.extra = fields;
            return this;
        }

        /** See {@link CompletionRequest#context()}. */
        public Builder context(CallContext who) {
            values.context = Objects.requireNonNull(who, "context");
            return this;
        }

        /** See {@link CompletionRequest#options()}. */
        public Builder options(CallOptions callOptions) {
            values.options = Objects.requireNonNull(callOptions, "options");
            return this;
        }

        /**
         * The request.
         *
         * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST}; the message names the invalid field
         */
        public CompletionRequest build() {
            CompletionRequest request = new CompletionRequest(values.frozen());
            RequestCheck.check(request);
            return request;
        }
    }
}
