package dev.postern.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.postern.CallContext;
import dev.postern.CallOptions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request that Postern has in addition to LangChain4j's. Immutable. A getter returns null, or an empty map,
 * for what is not set.
 *
 * <p>If both the model's defaults and a request set a map, the request's map replaces the other one.
 */
public final class PosternChatRequestParameters extends DefaultChatRequestParameters {
    /** No parameters. */
    public static final PosternChatRequestParameters EMPTY = builder().build();

    private final @Nullable String backend;
    private final @Nullable Long seed;
    private final @Nullable String reasoningEffort;
    private final @Nullable Boolean parallelToolCalls;
    private final Map<String, @Nullable Object> extra;
    private final Map<String, String> requestMetadata;
    private final Map<String, @Nullable Object> notes;
    private final @Nullable CallContext context;
    private final @Nullable CallOptions options;

    private PosternChatRequestParameters(Builder builder) {
        super(builder);
        backend = builder.backend;
        seed = builder.seed;
        reasoningEffort = builder.reasoningEffort;
        parallelToolCalls = builder.parallelToolCalls;
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(builder.extra));
        requestMetadata = Collections.unmodifiableMap(new LinkedHashMap<>(builder.requestMetadata));
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(builder.notes));
        context = builder.context;
        options = builder.options;
    }

    /** A builder without parameters. */
    public static Builder builder() {
        return new Builder();
    }

    /** The backend of a gateway; see {@link dev.postern.CompletionRequest#backend()}. */
    public @Nullable String backend() {
        return backend;
    }

    /** The seed of the sampling; see {@link dev.postern.CompletionRequest#seed()}. */
    public @Nullable Long seed() {
        return seed;
    }

    /** How much the model reasons; see {@link dev.postern.CompletionRequest#reasoningEffort()}. */
    public @Nullable String reasoningEffort() {
        return reasoningEffort;
    }

    /** Whether the model may call several tools in one turn. */
    public @Nullable Boolean parallelToolCalls() {
        return parallelToolCalls;
    }

    /** Fields of the server's API; see {@link dev.postern.CompletionRequest#extra()}. */
    public Map<String, @Nullable Object> extra() {
        return extra;
    }

    /** Labels that the server stores; see {@link dev.postern.CompletionRequest#requestMetadata()}. */
    public Map<String, String> requestMetadata() {
        return requestMetadata;
    }

    /** Notes of the application, which are not sent; see {@link dev.postern.CompletionRequest#notes()}. */
    public Map<String, @Nullable Object> notes() {
        return notes;
    }

    /** Who asks, and until when. */
    public @Nullable CallContext context() {
        return context;
    }

    /** Headers, timeouts and credentials of the call. */
    public @Nullable CallOptions options() {
        return options;
    }

    /** These parameters, where the others do not set them. The others may be of any class; what only that class has is lost. */
    @Override
    public PosternChatRequestParameters overrideWith(ChatRequestParameters that) {
        return builder().overrideWith(this).overrideWith(that).build();
    }

    /** The others' parameters, where these do not set them. */
    @Override
    public PosternChatRequestParameters defaultedBy(ChatRequestParameters that) {
        return builder().overrideWith(that).overrideWith(this).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof PosternChatRequestParameters that
                && Objects.equals(backend, that.backend)
                && Objects.equals(seed, that.seed)
                && Objects.equals(reasoningEffort, that.reasoningEffort)
                && Objects.equals(parallelToolCalls, that.parallelToolCalls)
                && extra.equals(that.extra)
                && requestMetadata.equals(that.requestMetadata)
                && notes.equals(that.notes)
                && Objects.equals(context, that.context)
                && Objects.equals(options, that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                super.hashCode(), backend, seed, reasoningEffort, parallelToolCalls, requestMetadata, options);
    }

    /** Without the values of maps, options and context, which may be secrets. */
    @Override
    public String toString() {
        return "PosternChatRequestParameters[" + super.toString() + ", backend=" + backend + ", seed=" + seed
                + ", reasoningEffort=" + reasoningEffort + ", parallelToolCalls=" + parallelToolCalls + ", extra="
                + extra.keySet() + ", requestMetadata=" + requestMetadata.keySet() + ", notes=" + notes.keySet()
                + ", options=" + options + "]";
    }

    /** Builds parameters. Not thread-safe. Null, or an empty map, leaves a parameter unset. */
    public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
        private @Nullable String backend;
        private @Nullable Long seed;
        private @Nullable String reasoningEffort;
        private @Nullable Boolean parallelToolCalls;
        private Map<String, ? extends @Nullable Object> extra = Map.of();
        private Map<String, String> requestMetadata = Map.of();
        private Map<String, ? extends @Nullable Object> notes = Map.of();
        private @Nullable CallContext context;
        private @Nullable CallOptions options;

        private Builder() {}

        /** Takes what the parameters set. */
        @Override
        public Builder overrideWith(ChatRequestParameters parameters) {
            super.overrideWith(parameters);
            if (parameters instanceof PosternChatRequestParameters own) {
                backend = own.backend == null ? backend : own.backend;
                seed = own.seed == null ? seed : own.seed;
                reasoningEffort = own.reasoningEffort == null ? reasoningEffort : own.reasoningEffort;
                parallelToolCalls = own.parallelToolCalls == null ? parallelToolCalls : own.parallelToolCalls;
                extra = own.extra.isEmpty() ? extra : own.extra;
                requestMetadata = own.requestMetadata.isEmpty() ? requestMetadata : own.requestMetadata;
                notes = own.notes.isEmpty() ? notes : own.notes;
                context = own.context == null ? context : own.context;
                options = own.options == null ? options : own.options;
            }
            return this;
        }

        /** See {@link PosternChatRequestParameters#backend()}. */
        public Builder backend(@Nullable String name) {
            backend = name;
            return this;
        }

        /** See {@link PosternChatRequestParameters#seed()}. */
        public Builder seed(@Nullable Long value) {
            seed = value;
            return this;
        }

        /** See {@link PosternChatRequestParameters#reasoningEffort()}. */
        public Builder reasoningEffort(@Nullable String word) {
            reasoningEffort = word;
            return this;
        }

        /** See {@link PosternChatRequestParameters#parallelToolCalls()}. */
        public Builder parallelToolCalls(@Nullable Boolean allowed) {
            parallelToolCalls = allowed;
            return this;
        }

        /** See {@link PosternChatRequestParameters#extra()}. */
        public Builder extra(Map<String, ? extends @Nullable Object> fields) {
            extra = Objects.requireNonNull(fields, "fields");
            return this;
        }

        /** See {@link PosternChatRequestParameters#requestMetadata()}. */
        public Builder requestMetadata(Map<String, String> labels) {
            requestMetadata = Objects.requireNonNull(labels, "labels");
            return this;
        }

        /** See {@link PosternChatRequestParameters#notes()}. */
        public Builder notes(Map<String, ? extends @Nullable Object> entries) {
            notes = Objects.requireNonNull(entries, "entries");
            return this;
        }

        /** See {@link PosternChatRequestParameters#context()}. */
        public Builder context(@Nullable CallContext who) {
            context = who;
            return this;
        }

        /** See {@link PosternChatRequestParameters#options()}. */
        public Builder options(@Nullable CallOptions callOptions) {
            options = callOptions;
            return this;
        }

        /** The parameters. */
        @Override
        public PosternChatRequestParameters build() {
            return new PosternChatRequestParameters(this);
        }
    }
}
