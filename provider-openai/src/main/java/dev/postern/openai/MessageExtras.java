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
 * Collects the data that a server attaches to its message and requires back: Gemini's {@code extra_content}, LiteLLM's
 * {@code thinking_blocks}, Copilot's {@code reasoning_opaque}, and OpenRouter's {@code reasoning_details} if the
 * profile asks for them. At the end of the answer, the data is emitted as reasoning without text and becomes part of
 * the message.
 */
final class MessageExtras {
    /** The field with Gemini's thought signature, on messages and on tool calls. */
    static final String EXTRA_CONTENT = "extra_content";

    static final String REASONING_DETAILS = "reasoning_details";
    static final String THINKING_BLOCKS = "thinking_blocks";
    static final String REASONING_OPAQUE = "reasoning_opaque";

    /** Our own name for thoughts in the content, with their tags. They are sent back before the text. */
    static final String THOUGHTS = "thoughts_in_content";

    private final String origin;
    private final ReasoningEntries details = new ReasoningEntries();
    private final ReasoningEntries thinking = new ReasoningEntries();
    private String opaque = "";
    private @Nullable Object extraContent;
    private final SizeLimit limit = new SizeLimit("characters of extra content to send back", SizeLimit.CHARACTERS);

    MessageExtras(ServerProfile profile) {
        this.origin = ChatMessageWriter.origin(profile);
    }

    /** Whether to send {@code reasoning_details} back. For other servers, only the text is kept. */
    static boolean keepsDetails(ServerProfile profile) {
        return profile.reasoning() == Reasoning.REASONING_DETAILS;
    }

    /** Adds the data of a delta. */
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

    /**
     * Merges the fields of two values. The later value wins. Gemini sends its mark and its signature in different
     * chunks.
     */
    private @Nullable Object merged(@Nullable Object earlier, @Nullable Object later) {
        if (later == null) {
            return earlier;
        }
        if (!(later instanceof Map<?, ?> after)) {
            limit.add(FieldMerger.size(later) - (earlier == null ? 0 : FieldMerger.size(earlier)));
            return later; // only the last value is kept, so that a repeated value counts once
        }
        if (!(earlier instanceof OwnMap)) {
            limit.add(FieldMerger.size(Map.of()) - (earlier == null ? 0 : FieldMerger.size(earlier)));
        }
        OwnMap both = earlier instanceof OwnMap before ? before : new OwnMap();
        after.forEach((name, value) -> {
            if (!both.containsKey(name)) {
                limit.add(FieldMerger.size(name));
            }
            both.put(name, merged(both.get(name), value));
        });
        return both;
    }

    /** A map that this class created and extends in place. A copy for each chunk would take quadratic time. */
    private static final class OwnMap extends LinkedHashMap<Object, @Nullable Object> {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Emits the data, if there is any.
     *
     * @param thoughts the thoughts in the content, with their tags
     */
    void emit(String thoughts, Consumer<? super StreamEvent> out) {
        Map<String, Object> attached = new LinkedHashMap<>();
        if (extraContent != null) {
            attached.put(EXTRA_CONTENT, extraContent);
        }
        if (!details.isEmpty()) {
            attached.put(REASONING_DETAILS, details.all());
        }
        List<Map<String, @Nullable Object>> signed = thinking.signed();
        if (!signed.isEmpty()) {
            attached.put(THINKING_BLOCKS, signed);
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

    /** The thoughts that this server sent before the text of the message; empty if there were none. */
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
