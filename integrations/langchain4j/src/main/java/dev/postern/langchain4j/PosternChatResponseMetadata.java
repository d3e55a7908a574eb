package dev.postern.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an answer, with Postern's own fields. The token usage is a {@link PosternTokenUsage}, or null if the
 * server reported none. Immutable.
 */
public final class PosternChatResponseMetadata extends ChatResponseMetadata {
    private final StopReason stopReason;
    private final Map<String, @Nullable Object> serverInfo;

    private PosternChatResponseMetadata(Builder builder) {
        super(builder);
        stopReason = builder.stopReason;
        serverInfo = builder.serverInfo;
    }

    static PosternChatResponseMetadata of(CompletionResponse answer, FinishReason reason) {
        Builder builder = new Builder(answer.stopReason(), answer.serverInfo());
        return builder.id(answer.serverInfo().get(CompletionResponse.ID) instanceof String id ? id : null)
                .modelName(answer.model().isEmpty() ? null : answer.model())
                .tokenUsage(answer.usage().map(PosternTokenUsage::of).orElse(null))
                .finishReason(reason)
                .build();
    }

    /** Why the model stopped, in Postern's words. */
    public StopReason stopReason() {
        return stopReason;
    }

    /** Further data of the server; see {@link CompletionResponse#serverInfo()}. */
    public Map<String, @Nullable Object> serverInfo() {
        return serverInfo;
    }

    /** A builder with the fields of this metadata, Postern's included. */
    @Override
    public ChatResponseMetadata.Builder<?> toBuilder() {
        return toBuilder(new Builder(stopReason, serverInfo));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof PosternChatResponseMetadata that
                && stopReason == that.stopReason
                && serverInfo.equals(that.serverInfo);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), stopReason, serverInfo);
    }

    @Override
    public String toString() {
        return "PosternChatResponseMetadata[" + super.toString() + ", stopReason=" + stopReason + ", serverInfo="
                + serverInfo + "]";
    }

    private static final class Builder extends ChatResponseMetadata.Builder<Builder> {
        private final StopReason stopReason;
        private final Map<String, @Nullable Object> serverInfo;

        Builder(StopReason stopReason, Map<String, @Nullable Object> serverInfo) {
            this.stopReason = stopReason;
            this.serverInfo = serverInfo;
        }

        @Override
        public PosternChatResponseMetadata build() {
            return new PosternChatResponseMetadata(this);
        }
    }
}
