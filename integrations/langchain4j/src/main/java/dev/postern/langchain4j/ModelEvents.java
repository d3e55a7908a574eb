package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.output.TokenUsage;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Translates the answer of one LangChain4j model, in events or as a whole, to the events of a stream. Used by one thread at a
 * time.
 *
 * <p>Attributes of the message, such as signatures, go into an event of reasoning without a text at the end; {@link
 * ChatRequests} gives them back to the model of the same name. Calls without an id get one.
 */
final class ModelEvents {
    private final String origin;
    private final String requestedModel;
    private final Supplier<String> newId;
    private final Map<String, OpenCall> calls = new LinkedHashMap<>(); // by id
    private final Map<Integer, OpenCall> byIndex = new HashMap<>(); // the last one of each index
    private boolean sentText;
    private boolean sentThinking;

    ModelEvents(String backend, String requestedModel) {
        this(backend, requestedModel, () -> "call_" + UUID.randomUUID());
    }

    ModelEvents(String backend, String requestedModel, Supplier<String> newId) {
        this.origin = origin(backend);
        this.requestedModel = requestedModel;
        this.newId = newId;
    }

    /** The family of the data of the backend with this name. */
    static String origin(String backend) {
        return "langchain4j:" + backend;
    }

    /** The events for a partial answer or a call; none for what Postern has no word for. */
    List<StreamEvent> next(Object event) {
        List<StreamEvent> events = new ArrayList<>(2);
        if (event instanceof PartialResponse text) {
            sentText = true;
            events.add(new StreamEvent.ContentDelta(text.text()));
        } else if (event instanceof PartialThinking thought) {
            sentThinking = true;
            events.add(StreamEvent.ReasoningDelta.of(thought.text()));
        } else if (event instanceof PartialToolCall piece) {
            OpenCall call = open(piece.index(), piece.id(), piece.name(), events);
            call.arguments.append(piece.partialArguments());
            events.add(new StreamEvent.ToolCallDelta(call.id, piece.partialArguments()));
        } else if (event instanceof CompleteToolCall whole) {
            complete(whole.index(), whole.toolExecutionRequest(), events);
        }
        return events;
    }

    /** The events for what the whole answer has beyond the events before, and for its end. */
    List<StreamEvent> whole(ChatResponse response) {
        AiMessage message = response.aiMessage();
        List<StreamEvent> events = new ArrayList<>();
        if (!sentThinking && message.thinking() != null && !message.thinking().isEmpty()) {
            events.add(StreamEvent.ReasoningDelta.of(message.thinking()));
        }
        if (!sentText && message.text() != null && !message.text().isEmpty()) {
            events.add(new StreamEvent.ContentDelta(message.text()));
        }
        for (int i = 0; i < message.toolExecutionRequests().size(); i++) {
            complete(i, message.toolExecutionRequests().get(i), events);
        }
        calls.values().forEach(call -> call.cutOff(events));
        ProviderData data = data(message);
        if (!data.isEmpty()) {
            events.add(new StreamEvent.ReasoningDelta("", "", "", data));
        }
        events.add(stop(response));
        Usage usage = usage(response.tokenUsage());
        if (usage != null) {
            events.add(new StreamEvent.UsageReported(usage));
        }
        return events;
    }

    private OpenCall open(int index, @Nullable String id, String name, List<StreamEvent> events) {
        String given = id == null ? "" : id;
        OpenCall known = given.isEmpty() ? byIndex.get(index) : calls.get(given);
        if (known != null) {
            return known;
        }
        OpenCall call = new OpenCall(given.isEmpty() ? newId.get() : given, name);
        calls.put(call.id, call);
        byIndex.put(index, call);
        events.add(new StreamEvent.ToolCallStart(call.id, name));
        return call;
    }

    private void complete(int index, ToolExecutionRequest request, List<StreamEvent> events) {
        OpenCall call = open(index, request.id(), request.name(), events);
        if (!call.complete) {
            call.complete = true;
            ToolExecutionRequest named = request.toBuilder().id(call.id).build();
            events.add(new StreamEvent.ToolCallComplete(AnswerParts.call(named, ProviderData.NONE)));
        }
    }

    /** The attributes that are JSON; others, such as generated images, have no place in Postern's answers. */
    private ProviderData data(AiMessage message) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        message.attributes().forEach((name, value) -> {
            try {
                values.putAll(new ProviderData(origin, Collections.singletonMap(name, value)).values());
            } catch (LlmException e) {
                // not JSON
            }
        });
        return new ProviderData(origin, values);
    }

    private StreamEvent.MessageStop stop(ChatResponse response) {
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        if (response.finishReason() != null) {
            info.put(
                    CompletionResponse.FINISH_REASON,
                    response.finishReason().name().toLowerCase(Locale.ROOT));
        }
        if (response.id() != null) {
            info.put(CompletionResponse.ID, response.id());
        }
        StopReason reason = Answers.stopReason(response.finishReason(), !calls.isEmpty());
        if (response.metadata() instanceof PosternChatResponseMetadata own) {
            info.putAll(own.serverInfo());
            reason = calls.isEmpty() ? own.stopReason() : reason; // LangChain4j has no word for a stop sequence
        }
        return new StreamEvent.MessageStop(
                reason, Objects.requireNonNullElse(response.modelName(), requestedModel), info);
    }

    private static @Nullable Usage usage(@Nullable TokenUsage usage) {
        if (usage instanceof PosternTokenUsage own) {
            return own.usage();
        }
        if (usage == null || (usage.inputTokenCount() == null && usage.outputTokenCount() == null)) {
            return null;
        }
        return Usage.of(
                Objects.requireNonNullElse(usage.inputTokenCount(), 0),
                Objects.requireNonNullElse(usage.outputTokenCount(), 0));
    }

    private static final class OpenCall {
        private final String id;
        private final String name;
        private final StringBuilder arguments = new StringBuilder();
        private boolean complete;

        OpenCall(String id, String name) {
            this.id = id;
            this.name = name;
        }

        /** A call that began and is not in the whole answer. */
        void cutOff(List<StreamEvent> events) {
            if (!complete) {
                complete = true;
                events.add(new StreamEvent.ToolCallComplete(ToolCall.malformed(id, name, arguments.toString())));
            }
        }
    }
}
