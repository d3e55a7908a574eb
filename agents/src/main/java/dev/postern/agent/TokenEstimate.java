package dev.postern.agent;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many tokens messages have, without a model's tokenizer. Four ASCII characters are a token, and so is
 * any other character. An image is 1,500 tokens; other data is one token for 32 base64 characters. Models count
 * differently: source code and numbers have more tokens than this estimate.
 */
final class TokenEstimate {
    private static final int MESSAGE = 4;
    private static final int IMAGE = 1500;
    private static final int DATA = 32;

    private TokenEstimate() {}

    static long of(List<Message> messages) {
        long sum = 0;
        for (Message message : messages) {
            sum += MESSAGE + ofParts(message.parts());
        }
        return sum;
    }

    private static long ofParts(List<Content> parts) {
        long sum = 0;
        for (Content part : parts) {
            sum += of(part);
        }
        return sum;
    }

    private static long of(Content part) {
        if (part instanceof Content.Text text) {
            return ofText(text.text());
        } else if (part instanceof Content.Image) {
            return IMAGE;
        } else if (part instanceof Content.Reasoning reasoning) {
            return ofText(reasoning.text())
                    + ofText(reasoning.signature())
                    + ofText(reasoning.redacted())
                    + ofValue(reasoning.providerData().values());
        } else if (part instanceof ToolCall call) {
            return MESSAGE
                    + ofText(call.name())
                    + ofValue(call.input())
                    + ofValue(call.providerData().values());
        } else if (part instanceof ToolResult result) {
            return MESSAGE + ofParts(result.content());
        }
        return SizeEstimate.of(part) / DATA; // documents and audio
    }

    /** Counts the names, braces and commas of JSON, too. */
    private static long ofValue(@Nullable Object value) {
        long sum = 1;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += ofValue(entry.getKey()) + ofValue(entry.getValue());
            }
        } else if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                sum += ofValue(element);
            }
        } else if (value != null) {
            sum += ofText(value.toString());
        }
        return sum;
    }

    static long ofText(String text) {
        long ascii = 0;
        long others = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128) {
                ascii++;
            } else if (!Character.isLowSurrogate(c)) {
                others++;
            }
        }
        return (ascii + 3) / 4 + others;
    }
}
