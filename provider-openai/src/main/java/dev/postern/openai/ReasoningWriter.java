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
 * The reasoning of an assistant's message, as the server wants it back. What the server attached to its message goes back
 * under the server's own names; text goes into the field that the profile names.
 */
final class ReasoningWriter {
    private static final String REASONING_CONTENT = "reasoning_content";

    /** GitHub Copilot: the text, and beside it the proof that belongs to it. */
    private static final String REASONING_TEXT = "reasoning_text";

    private static final String REASONING_OPAQUE = "reasoning_opaque";

    /** A message has these fields already, data of a server must not say them a second time; and the last is no field. */
    private static final Set<String> OF_THE_MESSAGE =
            Set.of("role", "name", "content", "tool_calls", MessageExtras.THOUGHTS);

    private final ServerProfile profile;
    private final boolean withTools;

    /**
     * A writer for one conversation.
     *
     * @param withTools whether tools are offered, or were called: without them no server wants reasoning back
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
                boolean said =
                        attached.containsKey(MessageExtras.REASONING_DETAILS) || attached.containsKey("reasoning");
                if (hasCalls && !text.isEmpty() && !said) {
                    json.field("reasoning", text);
                }
            }
            case NONE -> {}
        }
    }

    /** What this server attached to the message, by the server's names; the first of a name counts. */
    static Map<String, @Nullable Object> attached(Message message, ServerProfile profile) {
        Map<String, @Nullable Object> attached = new LinkedHashMap<>();
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought && isOurs(thought.providerData(), profile)) {
                thought.providerData().values().forEach((name, value) -> {
                    if (!OF_THE_MESSAGE.contains(name)) {
                        attached.putIfAbsent(name, value);
                    }
                });
            }
        }
        return attached;
    }

    /** Without what another vendor signed, which is of no use here. */
    private String text(Message message) {
        StringBuilder text = new StringBuilder();
        for (Content part : message.parts()) {
            if (part instanceof Content.Reasoning thought
                    && (thought.signature().isEmpty() || isOurs(thought.providerData(), profile))) {
                text.append(thought.text());
            }
        }
        return text.toString();
    }

    private static boolean isOurs(ProviderData data, ServerProfile profile) {
        return data.isFrom(ChatMessageWriter.origin(profile));
    }
}
