package dev.postern.agent;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Estimates sizes in characters, for the bounds of stores in memory. */
final class SizeEstimate {
    /** The overhead of an object. */
    private static final int OBJECT = 32;

    private SizeEstimate() {}

    static long of(Turn turn) {
        long sum = OBJECT;
        for (Message message : turn.messages()) {
            sum += OBJECT + of(message.parts());
        }
        return sum;
    }

    static long of(Memory memory) {
        return OBJECT
                + (long) memory.key().length()
                + memory.content().length()
                + memory.source().length();
    }

    private static long of(List<Content> parts) {
        long sum = 0;
        for (Content part : parts) {
            sum += OBJECT + of(part);
        }
        return sum;
    }

    static long of(Content part) {
        if (part instanceof Content.Text text) {
            return text.text().length();
        } else if (part instanceof Content.Image image) {
            return (long) image.data().length() + image.url().length();
        } else if (part instanceof Content.Document document) {
            return (long) document.name().length() + document.data().length();
        } else if (part instanceof Content.Audio audio) {
            return audio.data().length();
        } else if (part instanceof Content.Reasoning reasoning) {
            return (long) reasoning.text().length()
                    + reasoning.signature().length()
                    + reasoning.redacted().length()
                    + ofValue(reasoning.providerData().values());
        } else if (part instanceof ToolCall call) {
            return call.name().length()
                    + ofValue(call.input())
                    + ofValue(call.providerData().values());
        } else if (part instanceof ToolResult result) {
            return of(result.content());
        }
        throw new AssertionError(part.getClass());
    }

    private static long ofValue(@Nullable Object value) {
        long sum = OBJECT;
        if (value instanceof String text) {
            sum += text.length();
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += ofValue(entry.getKey()) + ofValue(entry.getValue());
            }
        } else if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                sum += ofValue(element);
            }
        }
        return sum;
    }
}
