package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The default estimate of tokens: four characters are one, and an image or document counts as 1,000. */
final class CharacterEstimate {
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final long MEDIA = 1_000L * CHARACTERS_PER_TOKEN;
    /** What a message or a tool has beside its text. */
    private static final int FRAME = 16;

    private CharacterEstimate() {}

    static Usage of(CompletionRequest request, Progress progress) {
        return Usage.of(inputTokens(request), tokens(progress.characters()));
    }

    static long inputTokens(CompletionRequest request) {
        long characters = request.system().length();
        for (Message message : request.messages()) {
            characters += FRAME;
            for (Content part : message.parts()) {
                characters += characters(part);
            }
        }
        for (ToolDefinition tool : request.tools()) {
            characters += FRAME + tool.name().length() + tool.description().length() + characters(tool.inputSchema());
        }
        return tokens(characters);
    }

    private static long tokens(long characters) {
        return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    private static long characters(Content part) {
        if (part instanceof Content.Text text) {
            return text.text().length();
        } else if (part instanceof Content.Reasoning thought) {
            return thought.text().length();
        } else if (part instanceof ToolCall call) {
            return call.name().length() + characters(call.input());
        } else if (part instanceof ToolResult result) {
            long sum = 0;
            for (Content inner : result.content()) {
                sum += characters(inner);
            }
            return sum;
        }
        return MEDIA;
    }

    /** About how many characters the JSON text of a value has. */
    static long characters(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            long sum = 2;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += String.valueOf(entry.getKey()).length() + 3 + characters(entry.getValue());
            }
            return sum;
        } else if (value instanceof Iterable<?> list) {
            long sum = 2;
            for (Object element : list) {
                sum += 1 + characters(element);
            }
            return sum;
        }
        return String.valueOf(value).length();
    }
}
