package dev.postern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link CompletionRequest}: its builder changes them, and the request keeps a copy that never changes. They
 * are declared, copied and compared here and nowhere else.
 */
final class RequestValues implements Cloneable {
    private static final String[] NAMES = {
        "backend",
        "model",
        "system",
        "messages",
        "tools",
        "toolChoice",
        "temperature",
        "maxTokens",
        "topP",
        "seed",
        "presencePenalty",
        "frequencyPenalty",
        "stop",
        "reasoningEffort",
        "parallelToolCalls",
        "responseFormat",
        "requestMetadata",
        "notes",
        "extra",
        "options"
    };

    String backend = "";
    String model = "";
    String system = "";
    List<Message> messages = new ArrayList<>();
    List<ToolDefinition> tools = new ArrayList<>();

    @Nullable
    ToolChoice toolChoice;

    @Nullable
    Double temperature;

    @Nullable
    Integer maxTokens;

    @Nullable
    Double topP;

    @Nullable
    Long seed;

    @Nullable
    Double presencePenalty;

    @Nullable
    Double frequencyPenalty;

    List<String> stop = List.of();
    String reasoningEffort = "";

    @Nullable
    Boolean parallelToolCalls;

    @Nullable
    ResponseFormat responseFormat;

    Map<String, String> requestMetadata = Map.of();
    Map<String, ?> notes = Map.of();
    Map<String, ?> extra = Map.of();
    CallOptions options = CallOptions.NONE;
    /** Who asks. It is no part of the question, so it is neither compared nor shown. */
    CallContext context = CallContext.NONE;

    /** A copy for a request: no builder can change it. */
    RequestValues frozen() {
        RequestValues copy = copy();
        copy.messages = List.copyOf(messages);
        copy.tools = List.copyOf(tools);
        copy.requestMetadata = RequestCheck.texts("request_metadata", requestMetadata);
        copy.notes = JsonValues.copyOf("notes", notes);
        copy.extra = JsonValues.copyOf("extra", extra);
        return copy;
    }

    /** A copy for a builder, which may add messages and tools. */
    RequestValues thawed() {
        RequestValues copy = copy();
        copy.messages = new ArrayList<>(messages);
        copy.tools = new ArrayList<>(tools);
        return copy;
    }

    /** The same values with another context; for requests, whose values never change. */
    RequestValues withContext(CallContext other) {
        RequestValues copy = copy();
        copy.context = other;
        return copy;
    }

    /** The same values without those that say who asks and how; for requests, whose values never change. */
    RequestValues question() {
        RequestValues copy = withContext(CallContext.NONE);
        copy.options = CallOptions.NONE;
        copy.notes = Map.of();
        return copy;
    }

    private RequestValues copy() {
        try {
            return (RequestValues) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // this class is Cloneable
        }
    }

    /** The notes of a frozen copy. */
    Map<String, @Nullable Object> notes() {
        return checked(notes);
    }

    /** The extra fields of a frozen copy. */
    Map<String, @Nullable Object> extra() {
        return checked(extra);
    }

    @SuppressWarnings("unchecked") // a frozen map has JSON values and cannot be written to
    private static Map<String, @Nullable Object> checked(Map<String, ?> frozen) {
        return (Map<String, @Nullable Object>) frozen;
    }

    /** All values, in the order of {@link #NAMES}. */
    private @Nullable Object[] all() {
        return new @Nullable Object[] {
            backend,
            model,
            system,
            messages,
            tools,
            toolChoice,
            temperature,
            maxTokens,
            topP,
            seed,
            presencePenalty,
            frequencyPenalty,
            stop,
            reasoningEffort,
            parallelToolCalls,
            responseFormat,
            requestMetadata,
            notes,
            extra,
            options
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestValues that && Arrays.equals(all(), that.all());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(all());
    }

    /** The values that differ from those of an empty request; see {@link RequestText}. */
    @Override
    public String toString() {
        @Nullable Object[] values = all();
        @Nullable Object[] empty = new RequestValues().all();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value != null && !value.equals(empty[i])) {
                text.append(text.length() == 0 ? "" : ", ").append(NAMES[i]).append('=');
                RequestText.append(text, value);
            }
        }
        return text.toString();
    }
}
