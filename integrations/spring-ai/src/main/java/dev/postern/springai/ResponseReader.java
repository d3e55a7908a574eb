package dev.postern.springai;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/** The responses of one answer, a single one or those of a stream, as events in Postern's order. Used by one thread at a time. */
final class ResponseReader {
    /** In the metadata of Ollama's generations a text, in that of Claude's messages a mark. */
    private static final String THINKING = "thinking";

    private final String origin;
    private final String askedModel;
    private final Map<String, @Nullable Object> carried = new LinkedHashMap<>();
    private final Set<String> ids = new HashSet<>();
    private String reasoning = ""; // so far, if the model repeats it
    private boolean hasPieces;
    private String finishReason = "";
    private String model = "";
    private String id = "";
    private @Nullable Usage usage;
    private boolean began;

    /**
     * A reader of one answer.
     *
     * @param origin the origin of data that goes back with the message
     * @param askedModel the model of the request, for answers that name none
     */
    ResponseReader(String origin, String askedModel) {
        this.origin = origin;
        this.askedModel = askedModel;
    }

    /** The events of the next response. */
    List<StreamEvent> next(ChatResponse response) {
        List<StreamEvent> events = new ArrayList<>();
        for (Generation generation : response.getResults()) {
            if (isOfFirstChoice(generation)) {
                began = true;
                if (generation.getMetadata().get(THINKING) instanceof String piece
                        && !piece.isEmpty()) { // of Ollama's models
                    events.add(StreamEvent.ReasoningDelta.of(piece));
                }
                read(generation.getOutput(), events);
                String reason = generation.getMetadata().getFinishReason();
                finishReason = reason == null || reason.isBlank() ? finishReason : reason;
            }
        }
        read(response.getMetadata());
        return events;
    }

    /** Some models put each block of one answer into a generation of its own; only a choice has another index. */
    private static boolean isOfFirstChoice(Generation generation) {
        return !(generation.getOutput().getMetadata().get("index") instanceof Number index) || index.longValue() == 0;
    }

    private void read(AssistantMessage message, List<StreamEvent> events) {
        Map<String, Object> metadata = message.getMetadata();
        if (metadata.get(PosternChatModel.REASONING) instanceof String soFar) {
            readReasoning(soFar, events);
        }
        String text = MessageReader.text(message);
        Map<String, @Nullable Object> data = CarriedMetadata.kept(metadata);
        if (metadata.get("signature") instanceof String signature && !signature.isEmpty()) { // a block of reasoning
            // As data with its origin: a signature alone could be sent to another vendor.
            events.add(new StreamEvent.ReasoningDelta(text, "", "", new ProviderData(origin, data)));
        } else {
            carried.putAll(data);
            if (!text.isEmpty()) {
                boolean isThought = isTrue(metadata.get("isThought")) // of Gemini
                        || isTrue(metadata.get(THINKING)); // pieces of a stream of Claude
                events.add(isThought ? StreamEvent.ReasoningDelta.of(text) : new StreamEvent.ContentDelta(text));
            }
        }
        for (AssistantMessage.ToolCall call : message.getToolCalls()) {
            readCall(call, events);
        }
    }

    private static boolean isTrue(@Nullable Object value) {
        return "true".equals(String.valueOf(value));
    }

    /**
     * Models repeat the reasoning so far; one that sends pieces is understood as well, from the first piece that does not begin with
     * what came before.
     */
    private void readReasoning(String given, List<StreamEvent> events) {
        hasPieces = hasPieces || !given.startsWith(reasoning);
        String delta = hasPieces ? given : given.substring(reasoning.length());
        reasoning = hasPieces ? "" : given;
        if (!delta.isEmpty()) {
            events.add(StreamEvent.ReasoningDelta.of(delta));
        }
    }

    private void readCall(AssistantMessage.ToolCall given, List<StreamEvent> events) {
        String name = Objects.requireNonNullElse(given.name(), "");
        if (name.isEmpty()) {
            throw new LlmException(Kind.PROTOCOL, "The chat model calls a tool without a name.");
        }
        String callId = Objects.requireNonNullElse(given.id(), "");
        for (int i = 1; callId.isEmpty() || !ids.add(callId); i++) { // the results refer to ids
            callId = "call_" + (ids.size() + i);
        }
        String arguments = Objects.requireNonNullElse(given.arguments(), "");
        ToolCall call = MessageReader.call(new AssistantMessage.ToolCall(callId, "function", name, arguments));
        events.add(new StreamEvent.ToolCallStart(callId, name));
        if (!arguments.isEmpty()) {
            events.add(new StreamEvent.ToolCallDelta(callId, arguments));
        }
        events.add(new StreamEvent.ToolCallComplete(call));
    }

    private void read(ChatResponseMetadata metadata) {
        model = metadata.getModel() == null || metadata.getModel().isEmpty() ? model : metadata.getModel();
        id = metadata.getId() == null || metadata.getId().isEmpty() ? id : metadata.getId();
        org.springframework.ai.chat.metadata.Usage given = metadata.getUsage();
        if (given != null && given.getTotalTokens() > 0) {
            usage = given.getNativeUsage() instanceof Usage own
                    ? own
                    : new Usage(
                            given.getPromptTokens(),
                            given.getCompletionTokens(),
                            optional(given.getCacheReadInputTokens()),
                            optional(given.getCacheWriteInputTokens()),
                            OptionalLong.empty());
        }
    }

    private static OptionalLong optional(@Nullable Long count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /**
     * The events after the last response.
     *
     * @throws LlmException of kind INCOMPLETE_STREAM if there was no answer
     */
    List<StreamEvent> end() {
        if (!began) {
            throw new LlmException(
                    Kind.INCOMPLETE_STREAM, "The chat model ended its answer without anything in it; ask again.");
        }
        List<StreamEvent> events = new ArrayList<>();
        if (!carried.isEmpty()) {
            events.add(new StreamEvent.ReasoningDelta("", "", "", new ProviderData(origin, carried)));
        }
        StopReason stop = ids.isEmpty() ? StopReasons.of(finishReason) : StopReason.TOOL_USE;
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        if (!finishReason.isEmpty()) {
            info.put(CompletionResponse.FINISH_REASON, finishReason);
        }
        if (!id.isEmpty()) {
            info.put(CompletionResponse.ID, id);
        }
        events.add(new StreamEvent.MessageStop(stop, model.isEmpty() ? askedModel : model, info));
        if (usage != null) {
            events.add(new StreamEvent.UsageReported(usage));
        }
        return events;
    }
}
