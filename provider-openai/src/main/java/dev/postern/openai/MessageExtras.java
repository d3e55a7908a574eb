package dev.postern.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.json.JsonObject;
import dev.postern.openai.ServerProfile.Reasoning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server attaches to its message as a whole and wants back with it: Gemini's {@code extra_content}, LiteLLM's {@code
 * thinking_blocks}, Copilot's {@code reasoning_opaque} and, of servers whose profile asks for it, OpenRouter's {@code
 * reasoning_details}. At the end it is handed on as reasoning without text, so that it comes back in the message.
 */
final class MessageExtras {
    /** Gemini's thought signature is in here, on messages and on tool calls. */
    static final String EXTRA_CONTENT = "extra_content";

    static final String REASONING_DETAILS = "reasoning_details";
    static final String THINKING_BLOCKS = "thinking_blocks";
    static final String REASONING_OPAQUE = "reasoning_opaque";

    /** A name of ours for thoughts that stood in the content, with their tags: they go back in front of the text. */
    static final String THOUGHTS = "thoughts_in_content";

    private final String origin;
    private final ReasoningEntries details = new ReasoningEntries();
    private final ReasoningEntries thinking = new ReasoningEntries();
    private String opaque = "";
    private @Nullable Object extraContent;
    private final SizeLimit budget = new SizeLimit("characters of extra content to send back", SizeLimit.CHARACTERS);

    MessageExtras(ServerProfile profile) {
        this.origin = ChatMessageWriter.origin(profile);
    }

    /** Whether the server wants {@code reasoning_details} back; of others the text is enough. */
    static boolean keepsDetails(ServerProfile profile) {
        return profile.reasoning() == Reasoning.REASONING_DETAILS;
    }

    /** Keeps what a piece of the answer has of it. */
    void add(Delta delta) {
        if (delta.extraContent != null) {
            extraContent = merged(extraContent, delta.extraContent);
        }
        if (!delta.opaque.isEmpty()) {
            opaque = delta.opaque;
        }
        for (Object entry : delta.details) {
            details.add(JsonObject.of(entry));
        }
        for (Object block : delta.thinking) {
            thinking.add(JsonObject.of(block));
        }
    }

    /** The fields of both; of those that both have, the later. Gemini sends its mark with one chunk and its signature with another. */
    private @Nullable Object merged(@Nullable Object earlier, @Nullable Object later) {
        if (later == null) {
            return earlier;
        }
        if (!(later instanceof Map<?, ?> after)) {
            budget.take(FieldMerger.size(later) - (earlier == null ? 0 : FieldMerger.size(earlier)));
            return later; // it replaces the earlier value, so that repeating it does not use up the budget
        }
        if (!(earlier instanceof Merged)) {
            budget.take(FieldMerger.size(Map.of()) - (earlier == null ? 0 : FieldMerger.size(earlier)));
        }
        Merged both = earlier instanceof Merged before ? before : new Merged();
        after.forEach((name, value) -> {
            if (!both.containsKey(name)) {
                budget.take(FieldMerger.size(name));
            }
            both.put(name, merged(both.get(name), value));
        });
        return both;
    }

    /** A map of this class, which grows in place: a copy for each chunk would take time that grows with its square. */
    private static final class Merged extends LinkedHashMap<Object, @Nullable Object> {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Emits it, if there is any.
     *
     * @param thoughts what stood in the content and is reasoning, as it came
     */
    void emit(String thoughts, Consumer<? super StreamEvent> out) {
        Map<String, Object> attached = new LinkedHashMap<>();
        if (extraContent != null) {
            attached.put(EXTRA_CONTENT, extraContent);
        }
        if (!details.isEmpty()) {
            attached.put(REASONING_DETAILS, details.all());
        }
        List<Map<String, @Nullable Object>> proven = thinking.proven();
        if (!proven.isEmpty()) {
            attached.put(THINKING_BLOCKS, proven);
        }
        if (!opaque.isEmpty()) {
            attached.put(REASONING_OPAQUE, opaque);
        }
        if (!thoughts.isEmpty()) {
            attached.put(THOUGHTS, thoughts);
        }
        if (!attached.isEmpty()) {
            out.accept(new StreamEvent.ReasoningDelta("", "", "", new ProviderData(origin, attached)));
        }
    }

    /** The thoughts that stood in front of the message's text when this server sent it; empty if there were none. */
    static String thoughtsInContent(Message message, ServerProfile profile) {
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought
                    && thought.providerData().isFrom(ChatMessageWriter.origin(profile))
                    && thought.providerData().values().get(THOUGHTS) instanceof String thoughts) {
                return thoughts;
            }
        }
        return "";
    }
}
