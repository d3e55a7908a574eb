package dev.postern.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.postern.CompletionCollector;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates the events of one stream, and collects the answer. Used by one thread at a time.
 *
 * <p>The results are objects, because the interface that they have in common does not exist in older versions of LangChain4j,
 * where a handler works as well.
 */
final class StreamedAnswer {
    private final CompletionCollector collector = new CompletionCollector();
    private final Map<String, OpenCall> calls = new HashMap<>();
    private long argumentCharacters;

    /**
     * The next event as one of LangChain4j; null if LangChain4j has none for it.
     *
     * @throws LlmException if the answer is larger than a collector allows
     */
    @Nullable
    Object next(StreamEvent event) {
        collector.accept(event);
        if (event instanceof StreamEvent.ContentDelta text) {
            return text.delta().isEmpty() ? null : new PartialResponse(text.delta());
        } else if (event instanceof StreamEvent.ReasoningDelta thought) {
            return thought.delta().isEmpty() ? null : new PartialThinking(thought.delta());
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            open(start.id(), start.name());
            return null;
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            return partial(delta);
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            return complete(complete.call());
        }
        return null;
    }

    /**
     * The whole answer.
     *
     * @throws LlmException if the stream had no end of the message
     */
    ChatResponse whole() {
        return Answers.chatResponse(collector.result(), this::arguments);
    }

    private OpenCall open(String id, String name) {
        return calls.computeIfAbsent(id, unknown -> new OpenCall(calls.size(), name));
    }

    private @Nullable PartialToolCall partial(StreamEvent.ToolCallDelta delta) {
        OpenCall call = calls.get(delta.id());
        if (call == null || delta.delta().isEmpty()) {
            return null;
        }
        argumentCharacters += delta.delta().length();
        if (argumentCharacters > CompletionCollector.DEFAULT_MAX_CHARACTERS) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "The arguments of the tool calls are larger than " + CompletionCollector.DEFAULT_MAX_CHARACTERS
                            + " characters in total.");
        }
        call.arguments.append(delta.delta());
        return PartialToolCall.builder()
                .index(call.index)
                .id(delta.id())
                .name(call.name)
                .partialArguments(delta.delta())
                .build();
    }

    private CompleteToolCall complete(ToolCall call) {
        OpenCall open = open(call.id(), call.name());
        open.complete(call);
        return new CompleteToolCall(open.index, AnswerParts.request(call, open.text));
    }

    private String arguments(ToolCall call) {
        OpenCall open = calls.get(call.id());
        return open == null ? AnswerParts.arguments(call) : open.text;
    }

    private static final class OpenCall {
        private final int index;
        private final String name;
        private final StringBuilder arguments = new StringBuilder();
        private String text = "";

        OpenCall(int index, String name) {
            this.index = index;
            this.name = name;
        }

        /** The text is the pieces as they came, unless the provider understood something else. */
        void complete(ToolCall call) {
            String pieces = arguments.toString();
            boolean same = !call.malformedInput() && call.input().equals(AnswerParts.object(pieces));
            text = same ? pieces : AnswerParts.arguments(call);
        }
    }
}
