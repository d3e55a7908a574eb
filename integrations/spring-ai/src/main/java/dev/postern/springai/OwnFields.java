package dev.postern.springai;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.ResponseFormat;
import dev.postern.ToolChoice;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of {@link PosternChatOptions} that Spring AI's options do not have; null where they are not set. The maps are immutable. */
final class OwnFields {
    @Nullable
    String backend;

    @Nullable
    String outputSchema;

    @Nullable
    ResponseFormat responseFormat;

    @Nullable
    ToolChoice toolChoice;

    @Nullable
    Boolean parallelToolCalls;

    @Nullable
    Long seed;

    @Nullable
    String reasoningEffort;

    @Nullable
    CallOptions callOptions;

    @Nullable
    CallContext callContext;

    Map<String, String> requestMetadata = Map.of();
    Map<String, @Nullable Object> notes = Map.of();
    Map<String, @Nullable Object> extra = Map.of();

    OwnFields copy() {
        OwnFields copy = new OwnFields();
        copy.add(this);
        return copy;
    }

    /** Takes what is set in the other fields. Entries of maps are added. */
    void add(OwnFields other) {
        backend = other.backend == null ? backend : other.backend;
        outputSchema = other.outputSchema == null ? outputSchema : other.outputSchema;
        responseFormat = other.responseFormat == null ? responseFormat : other.responseFormat;
        toolChoice = other.toolChoice == null ? toolChoice : other.toolChoice;
        parallelToolCalls = other.parallelToolCalls == null ? parallelToolCalls : other.parallelToolCalls;
        seed = other.seed == null ? seed : other.seed;
        reasoningEffort = other.reasoningEffort == null ? reasoningEffort : other.reasoningEffort;
        callOptions = other.callOptions == null ? callOptions : other.callOptions;
        callContext = other.callContext == null ? callContext : other.callContext;
        requestMetadata = joined(requestMetadata, other.requestMetadata);
        notes = joined(notes, other.notes);
        extra = joined(extra, other.extra);
    }

    private static <V extends @Nullable Object> Map<String, V> joined(Map<String, V> one, Map<String, V> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        Map<String, V> both = new LinkedHashMap<>(one);
        both.putAll(other);
        return Collections.unmodifiableMap(both);
    }

    /** An immutable copy that keeps the order and may have null values. */
    static <V extends @Nullable Object> Map<String, V> copyOf(Map<String, ? extends V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private List<@Nullable Object> values() {
        return Arrays.asList(
                backend,
                outputSchema,
                responseFormat,
                toolChoice,
                parallelToolCalls,
                seed,
                reasoningEffort,
                callOptions,
                callContext,
                requestMetadata,
                notes,
                extra);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OwnFields that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }
}
