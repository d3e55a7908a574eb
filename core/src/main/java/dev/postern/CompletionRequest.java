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
 * What to ask a model. Only the messages are required; what is not set is not sent, so the backend's own default holds.
 * Immutable.
 */
public final class CompletionRequest {
    private final String provider;
    private final String model;
    private final String system;
    private final List<Message> messages;
    private final List<ToolDefinition> tools;
    private final @Nullable ToolChoice toolChoice;
    private final Sampling sampling;
    private final List<String> stop;
    private final String reasoningEffort;
    private final @Nullable Boolean parallelToolCalls;
    private final @Nullable ResponseFormat responseFormat;
    private final Map<String, @Nullable Object> notes;
    private final Map<String, @Nullable Object> extra;
    private final CallOptions options;

    private CompletionRequest(Builder builder) {
        provider = builder.provider;
        model = builder.model;
        system = builder.system;
        messages = List.copyOf(builder.messages);
        tools = List.copyOf(builder.tools);
        toolChoice = builder.toolChoice;
        sampling = new Sampling(
                builder.temperature,
                builder.maxTokens,
                builder.topP,
                builder.seed,
                builder.presencePenalty,
                builder.frequencyPenalty);
        stop = List.copyOf(builder.stop);
        reasoningEffort = builder.reasoningEffort;
        parallelToolCalls = builder.parallelToolCalls;
        responseFormat = builder.responseFormat;
        notes = JsonValues.copyOf("metadata", builder.notes);
        extra = JsonValues.copyOf("extra", builder.extra);
        options = builder.options;
        RequestCheck.check(this);
    }

    /** How to choose the next token; a group so that the request stays readable. */
    private record Sampling(
            @Nullable Double temperature,
            @Nullable Integer maxTokens,
            @Nullable Double topP,
            @Nullable Long seed,
            @Nullable Double presencePenalty,
            @Nullable Double frequencyPenalty) {}

    /** The shortest request: the user says something. */
    public static CompletionRequest of(String userText) {
        return builder().user(userText).build();
    }

    /** Starts an empty request. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a request that is like this one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The backend for this request, where there are several; empty for the default. */
    public String provider() {
        return provider;
    }

    /** The model; empty for the backend's default. */
    public String model() {
        return model;
    }

    /** The instruction that comes before all messages; empty for none. */
    public String system() {
        return system;
    }

    /** The conversation; never empty. */
    public List<Message> messages() {
        return messages;
    }

    /** The tools that the model may call. */
    public List<ToolDefinition> tools() {
        return tools;
    }

    /** Whether it may, must or must not. */
    public Optional<ToolChoice> toolChoice() {
        return Optional.ofNullable(toolChoice);
    }

    /** From 0 on; the higher, the more surprising. */
    public OptionalDouble temperature() {
        return optional(sampling.temperature);
    }

    /** The longest answer, in tokens. */
    public OptionalInt maxTokens() {
        return sampling.maxTokens == null ? OptionalInt.empty() : OptionalInt.of(sampling.maxTokens);
    }

    /** From 0 to 1: only the likeliest tokens that make up this share. */
    public OptionalDouble topP() {
        return optional(sampling.topP);
    }

    /** Makes answers repeatable, as far as the backend can. */
    public OptionalLong seed() {
        return sampling.seed == null ? OptionalLong.empty() : OptionalLong.of(sampling.seed);
    }

    /** Above 0: new subjects are likelier. */
    public OptionalDouble presencePenalty() {
        return optional(sampling.presencePenalty);
    }

    /** Above 0: repetitions are less likely. */
    public OptionalDouble frequencyPenalty() {
        return optional(sampling.frequencyPenalty);
    }

    /** The answer ends before any of these. */
    public List<String> stop() {
        return stop;
    }

    /** How long to think, in the backend's word, such as {@code low}; empty for its default. */
    public String reasoningEffort() {
        return reasoningEffort;
    }

    /** Whether the model may call several tools in one turn. */
    public Optional<Boolean> parallelToolCalls() {
        return Optional.ofNullable(parallelToolCalls);
    }

    /** The shape of the answer's text. */
    public Optional<ResponseFormat> responseFormat() {
        return Optional.ofNullable(responseFormat);
    }

    /** The application's own notes; no provider sends them. In the gateway's wire format they are {@code metadata}. */
    public Map<String, @Nullable Object> notes() {
        return notes;
    }

    /**
     * Fields of the backend's own, merged into what is sent. A provider refuses fields that decide how the call is made or
     * that this request sets itself. Tools among them are added to this request's tools.
     */
    public Map<String, @Nullable Object> extra() {
        return extra;
    }

    /** How this request is sent. */
    public CallOptions options() {
        return options;
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Counts rather than shows: a conversation is long and private. */
    @Override
    public String toString() {
        return "CompletionRequest[" + (provider.isEmpty() ? "" : "provider=" + provider + ", ")
                + (model.isEmpty() ? "" : "model=" + model + ", ") + messages.size() + " messages, " + tools.size()
                + " tools, " + options + "]";
    }

    /** Collects a request. Not thread-safe; may be used again after {@link #build}. */
    public static final class Builder {
        private String provider = "";
        private String model = "";
        private String system = "";
        private final List<Message> messages = new ArrayList<>();
        private final List<ToolDefinition> tools = new ArrayList<>();
        private @Nullable ToolChoice toolChoice;
        private @Nullable Double temperature;
        private @Nullable Integer maxTokens;
        private @Nullable Double topP;
        private @Nullable Long seed;
        private @Nullable Double presencePenalty;
        private @Nullable Double frequencyPenalty;
        private List<String> stop = List.of();
        private String reasoningEffort = "";
        private @Nullable Boolean parallelToolCalls;
        private @Nullable ResponseFormat responseFormat;
        private Map<String, ?> notes = Map.of();
        private Map<String, ?> extra = Map.of();
        private CallOptions options = CallOptions.NONE;

        private Builder() {}

        private Builder(CompletionRequest from) {
            provider = from.provider;
            model = from.model;
            system = from.system;
            messages.addAll(from.messages);
            tools.addAll(from.tools);
            toolChoice = from.toolChoice;
            temperature = from.sampling.temperature;
            maxTokens = from.sampling.maxTokens;
            topP = from.sampling.topP;
            seed = from.sampling.seed;
            presencePenalty = from.sampling.presencePenalty;
            frequencyPenalty = from.sampling.frequencyPenalty;
            stop = from.stop;
            reasoningEffort = from.reasoningEffort;
            parallelToolCalls = from.parallelToolCalls;
            responseFormat = from.responseFormat;
            notes = from.notes;
            extra = from.extra;
            options = from.options;
        }

        /** See {@link CompletionRequest#provider()}. */
        public Builder provider(String name) {
            provider = Objects.requireNonNull(name, "provider");
            return this;
        }

        /** See {@link CompletionRequest#model()}. */
        public Builder model(String name) {
            model = Objects.requireNonNull(name, "model");
            return this;
        }

        /** See {@link CompletionRequest#system()}. */
        public Builder system(String text) {
            system = Objects.requireNonNull(text, "system");
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

        /** Appends what the model said. */
        public Builder assistant(String text) {
            return message(Message.assistant(text));
        }

        /** Appends the results of tools, all of one turn at once. */
        public Builder toolResults(ToolResult... results) {
            return message(Message.toolResults(results));
        }

        /** Appends the results of tools, all of one turn at once. */
        public Builder toolResults(List<ToolResult> results) {
            return message(Message.toolResults(results));
        }

        /** Appends a message. */
        public Builder message(Message message) {
            messages.add(Objects.requireNonNull(message, "message"));
            return this;
        }

        /** Replaces all messages. */
        public Builder messages(List<Message> all) {
            List<Message> copy = List.copyOf(all);
            messages.clear();
            messages.addAll(copy);
            return this;
        }

        /** Adds a tool. */
        public Builder tool(ToolDefinition tool) {
            tools.add(Objects.requireNonNull(tool, "tool"));
            return this;
        }

        /** Replaces all tools. */
        public Builder tools(List<ToolDefinition> all) {
            List<ToolDefinition> copy = List.copyOf(all);
            tools.clear();
            tools.addAll(copy);
            return this;
        }

        /** See {@link CompletionRequest#toolChoice()}. */
        public Builder toolChoice(@Nullable ToolChoice choice) {
            toolChoice = choice;
            return this;
        }

        /** See {@link CompletionRequest#temperature()}. */
        public Builder temperature(@Nullable Double value) {
            temperature = value;
            return this;
        }

        /** See {@link CompletionRequest#maxTokens()}. */
        public Builder maxTokens(@Nullable Integer count) {
            maxTokens = count;
            return this;
        }

        /** See {@link CompletionRequest#topP()}. */
        public Builder topP(@Nullable Double value) {
            topP = value;
            return this;
        }

        /** See {@link CompletionRequest#seed()}. */
        public Builder seed(@Nullable Long value) {
            seed = value;
            return this;
        }

        /** See {@link CompletionRequest#presencePenalty()}. */
        public Builder presencePenalty(@Nullable Double value) {
            presencePenalty = value;
            return this;
        }

        /** See {@link CompletionRequest#frequencyPenalty()}. */
        public Builder frequencyPenalty(@Nullable Double value) {
            frequencyPenalty = value;
            return this;
        }

        /** See {@link CompletionRequest#stop()}. */
        public Builder stop(String... sequences) {
            stop = List.of(sequences);
            return this;
        }

        /** See {@link CompletionRequest#reasoningEffort()}. */
        public Builder reasoningEffort(String word) {
            reasoningEffort = Objects.requireNonNull(word, "reasoningEffort");
            return this;
        }

        /** See {@link CompletionRequest#parallelToolCalls()}. */
        public Builder parallelToolCalls(@Nullable Boolean allowed) {
            parallelToolCalls = allowed;
            return this;
        }

        /** See {@link CompletionRequest#responseFormat()}. */
        public Builder responseFormat(@Nullable ResponseFormat format) {
            responseFormat = format;
            return this;
        }

        /** See {@link CompletionRequest#notes()}. */
        public Builder notes(Map<String, ?> values) {
            notes = values;
            return this;
        }

        /** See {@link CompletionRequest#extra()}. */
        public Builder extra(Map<String, ?> fields) {
            extra = fields;
            return this;
        }

        /** See {@link CompletionRequest#options()}. */
        public Builder options(CallOptions callOptions) {
            options = Objects.requireNonNull(callOptions, "options");
            return this;
        }

        /**
         * The request.
         *
         * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} that names the wrong field
         */
        public CompletionRequest build() {
            return new CompletionRequest(this);
        }
    }
}
