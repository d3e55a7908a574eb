package dev.postern.openai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the reasoning of an assistant message in the form in which the server accepts it back. Data that the server
 * attached to its message goes back under the server's own names; text goes into the field that the profile names.
 */
final class ReasoningWriter {
    private static final String REASONING_CONTENT = "reasoning_content";

    /** GitHub Copilot: the text of the reasoning, sent together with {@code reasoning_opaque}, its signature. */
    private static final String REASONING_TEXT = "reasoning_text";

    private static final String REASONING_OPAQUE = "reasoning_opaque";

    /**
     * Fields that the writer sets on each message, and {@code THOUGHTS}, which is no field. Provider data must not
     * repeat them.
     */
    private static final Set<String> MESSAGE_FIELDS =
            Set.of("role", "name", "content", "tool_calls", MessageExtras.THOUGHTS);

    private final ServerProfile profile;
    private final boolean withTools;

    /**
     * Creates a writer for one conversation.
     *
     * @param withTools whether tools are offered or were called; without tools, no server requires reasoning
     */
    ReasoningWriter(ServerProfile profile, boolean withTools) {
        this.profile = profile;
        this.withTools = withTools;
    }

    void write(JsonWriter json, Message message, boolean hasCalls) {
        Map<String, @Nullable Object> attached = attached(message, profile);
        String text = text(message);
        if (attached.containsKey(REASONING_OPAQUE) && !text.isEmpty()) {
            attached.putIfAbsent(REASONING_TEXT, text);
        }
        attached.forEach(json::fieldOf);
        switch (profile.reasoning()) {
            case REASONING_CONTENT -> {
                if (withTools && !attached.containsKey(REASONING_CONTENT)) {
                    json.field(REASONING_CONTENT, text);
                }
            }
            case REASONING_CONTENT_NOT_EMPTY -> {
                if (withTools && !attached.containsKey(REASONING_CONTENT) && (hasCalls || !text.isEmpty())) {
                    json.field(REASONING_CONTENT, text.isEmpty() ? " " : text);
                }
            }
            case REASONING, REASONING_DETAILS -> {
                boolean attachedAlready =
                        attached.containsKey(MessageExtras.REASONING_DETAILS) || attached.containsKey("reasoning");
                if (hasCalls && !text.isEmpty() && !attachedAlready) {
                    json.field("reasoning", text);
                }
            }
            case NONE -> {}
        }
    }

    /** The data that this server attached to the message, by the server's names. The first value of a name counts. */
    static Map<String, @Nullable Object> attached(Message message, ServerProfile profile) {
        Map<String, @Nullable Object> attached = new LinkedHashMap<>();
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought && isFromThisServer(thought.providerData(), profile)) {
                thought.providerData().values().forEach((name, value) -> {
                    if (!MESSAGE_FIELDS.contains(name)) {
                        attached.putIfAbsent(name, value);
                    }
                });
            }
        }
        return attached;
    }

    /** The text of the reasoning, without texts that another vendor signed: this server cannot use them. */
    private String text(Message message) {
        StringBuilder text = new StringBuilder();
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought
                    && (thought.signature().isEmpty() || isFromThisServer(thought.providerData(), profile))) {
                text.append(thought.text());
            }
        }
        return text.toString();
    }

    private static boolean isFromThisServer(ProviderData data, ServerProfile profile) {
        return data.isFrom(ChatMessageWriter.origin(profile));
    }
}
