package dev.postern;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The whole answer of a model. Immutable. Add {@link #message()} to the next request to continue. */
public final class CompletionResponse {
    /** Key of {@link #serverInfo()}: the backend's own value of {@link #stopReason()}. */
    public static final String FINISH_REASON = "finish_reason";
    /** Key of {@link #serverInfo()}: the backend's id of this answer. */
    public static final String ID = "id";
    /** Key of {@link #serverInfo()}: the id under which the backend's operators find the request in their logs. */
    public static final String REQUEST_ID = "request_id";
    /** Key of {@link #serverInfo()}: a map of the backend's rate-limit headers, names in lower case. */
    public static final String RATE_LIMITS = "rate_limits";

    private final String model;
    private final Message message;
    private final StopReason stopReason;
    private final @Nullable Usage usage;
    private final Map<String, @Nullable Object> serverInfo;

    private CompletionResponse(Builder builder) {
        model = builder.model;
        message = new Message(Role.ASSISTANT, builder.content);
        stopReason = builder.stopReason;
        usage = builder.usage;
        StreamEvent.MessageStop end = builder.end;
        serverInfo = end != null && builder.serverInfo == end.serverInfo()
                ? end.serverInfo() // is a copy already
                : JsonValues.copyOf("server_info", builder.serverInfo);
    }

    /** A builder of an empty answer that ends its turn. */
    public static Builder builder() {
        return new Builder();
    }

    /** The model that answered; the requested one if the server did not name it. */
    public String model() {
        return model;
    }

    /** This answer as the events of a stream, in the order that {@link StreamEvent} describes. */
    public List<StreamEvent> events() {
        return AnswerStream.eventsOf(this);
    }

    /** The text, without reasoning. */
    public String content() {
        return message.text();
    }

    /** The reasoning, as far as the backend returns it. */
    public String reasoning() {
        return message.reasoning();
    }

    /** The tool calls of the model, in order; empty if there are none. */
    public List<ToolCall> toolCalls() {
        return message.toolCalls();
    }

    /** Why the model stopped. */
    public StopReason stopReason() {
        return stopReason;
    }

    /** The tokens that the answer used; empty if the server did not report them. */
    public Optional<Usage> usage() {
        return Optional.ofNullable(usage);
    }

    /** Further data of the server: its own stop reason, request id, rate limits. */
    public Map<String, @Nullable Object> serverInfo() {
        return serverInfo;
    }

    /** The answer as a message to append to the conversation, with all data that its backend expects back. */
    public Message message() {
        return message;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CompletionResponse that
                && model.equals(that.model)
                && message.equals(that.message)
                && stopReason == that.stopReason
                && Objects.equals(usage, that.usage)
                && serverInfo.equals(that.serverInfo);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, message, stopReason, usage, serverInfo);
    }

    @Override
    public String toString() {
        return "CompletionResponse[model=" + model + ", content=" + message.parts() + ", stopReason=" + stopReason
                + ", usage=" + (usage == null ? "unknown" : usage) + ", serverInfo=" + serverInfo + "]";
    }

    /** Builds an answer, for implementations of providers. Not thread-safe. */
    public static final class Builder {
        private String model = "";
        private List<Content> content = List.of();
        private StopReason stopReason = StopReason.END_TURN;
        private @Nullable Usage usage;
        private Map<String, ?> serverInfo = Map.of();
        private StreamEvent.@Nullable MessageStop end;

        private Builder() {}

        /** The model that answered. */
        public Builder model(String name) {
            model = Objects.requireNonNull(name, "model");
            return this;
        }

        /** An answer that is text; the empty one has no parts. */
        public Builder content(String text) {
            return content(text.isEmpty() ? List.of() : List.of(Content.text(text)));
        }

        /**
         * All parts of the answer in order: text, reasoning and tool calls. Two texts in a row, or one that is empty,
         * are allowed, but as the events of a stream they become one, or none.
         */
        public Builder content(List<? extends Content> parts) {
            content = List.copyOf(parts);
            return this;
        }

        /** Why the model stopped; default {@link StopReason#END_TURN}. */
        public Builder stopReason(StopReason reason) {
            stopReason = Objects.requireNonNull(reason, "stopReason");
            return this;
        }

        /** The tokens that it used; null if unknown. */
        public Builder usage(@Nullable Usage count) {
            usage = count;
            return this;
        }

        /** Further data of the server, as JSON values. */
        public Builder serverInfo(Map<String, ?> values) {
            serverInfo = values;
            return this;
        }

        /** The model, the stop reason and the server info of a stream's end. */
        Builder end(StreamEvent.MessageStop event) {
            end = event;
            return model(event.model()).stopReason(event.stopReason()).serverInfo(event.serverInfo());
        }

        /** The answer. */
        public CompletionResponse build() {
            return new CompletionResponse(this);
        }
    }
}
