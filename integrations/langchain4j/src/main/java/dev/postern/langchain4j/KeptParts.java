package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.postern.Content;
import dev.postern.ProviderData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the attribute of an {@link AiMessage} says about its parts: lengths, ids and hashes, by which it is seen that the application has
 * not changed them.
 *
 * @param entries one for each part; empty if there is no attribute, or if it is not one of {@link AnswerParts}
 */
record KeptParts(List<Map<?, ?>> entries) {

    static KeptParts of(@Nullable Object attribute) {
        List<Map<?, ?>> entries = new ArrayList<>();
        if (attribute instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> map) {
                    entries.add(map);
                }
            }
        }
        return new KeptParts(entries);
    }

    /** The parts of the message, in their place if the message is unchanged. */
    List<Content> parts(AiMessage message, List<ToolExecutionRequest> calls) {
        String text = Objects.requireNonNullElse(message.text(), "");
        String thinking = Objects.requireNonNullElse(message.thinking(), "");
        Map<String, ToolExecutionRequest> byId = new LinkedHashMap<>();
        calls.forEach(call -> byId.put(call.id(), call));

        boolean sameText = isSame("text", text);
        boolean sameThinking = isSame("thinking", thinking);
        boolean sameCalls = isSame(calls);
        return sameText && sameThinking && sameCalls
                ? inPlace(text, thinking, byId)
                : inOrder(text, thinking, sameThinking, calls);
    }

    /** Whether the entries of this name are pieces of this text, and together the whole of it. */
    private boolean isSame(String name, String text) {
        int begin = 0;
        for (Map<?, ?> entry : entries) {
            if (entry.containsKey(name)) {
                int length = length(entry, name);
                if (length > text.length() - begin
                        || !hasHash(entry, text.substring(begin, begin + length).hashCode())) {
                    return false;
                }
                begin += length;
            }
        }
        return begin == text.length();
    }

    private boolean isSame(List<ToolExecutionRequest> calls) {
        List<Map<?, ?>> kept =
                entries.stream().filter(entry -> entry.containsKey("call")).toList();
        if (kept.size() != calls.size()) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            if (!isOf(kept.get(i), calls.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOf(Map<?, ?> entry, ToolExecutionRequest call) {
        return call.id().equals(entry.get("call"))
                && hasHash(entry, AnswerParts.hash(AnswerParts.call(call, ProviderData.NONE)));
    }

    private static boolean hasHash(Map<?, ?> entry, int hash) {
        return entry.get(AnswerParts.HASH) instanceof Number kept && kept.longValue() == hash;
    }

    private static int length(Map<?, ?> entry, String name) {
        return entry.get(name) instanceof Number number ? Math.max(0, number.intValue()) : 0;
    }

    private List<Content> inPlace(String text, String thinking, Map<String, ToolExecutionRequest> calls) {
        List<Content> parts = new ArrayList<>();
        int textBegin = 0;
        int thinkingBegin = 0;
        for (Map<?, ?> entry : entries) {
            if (entry.containsKey("text")) {
                int end = textBegin + length(entry, "text");
                parts.add(Content.text(text.substring(textBegin, end)));
                textBegin = end;
            } else if (entry.containsKey("thinking")) {
                int end = thinkingBegin + length(entry, "thinking");
                parts.add(thought(thinking.substring(thinkingBegin, end), entry));
                thinkingBegin = end;
            } else {
                ToolExecutionRequest call = calls.get(String.valueOf(entry.get("call")));
                if (call != null) {
                    parts.add(AnswerParts.call(call, data(entry)));
                }
            }
        }
        return parts;
    }

    /** Thinking, text and calls, as LangChain4j keeps them. */
    private List<Content> inOrder(
            String text, String thinking, boolean sameThinking, List<ToolExecutionRequest> calls) {
        List<Content> parts = new ArrayList<>();
        if (sameThinking) {
            int begin = 0;
            for (Map<?, ?> entry : entries) {
                if (entry.containsKey("thinking")) {
                    int end = begin + length(entry, "thinking");
                    parts.add(thought(thinking.substring(begin, end), entry));
                    begin = end;
                }
            }
        } else if (!thinking.isEmpty()) {
            parts.add(Content.Reasoning.of(thinking));
        }
        if (!text.isEmpty()) {
            parts.add(Content.text(text));
        }
        for (ToolExecutionRequest call : calls) {
            parts.add(AnswerParts.call(call, dataOf(call)));
        }
        return parts;
    }

    private ProviderData dataOf(ToolExecutionRequest call) {
        for (Map<?, ?> entry : entries) {
            if (isOf(entry, call)) {
                return data(entry);
            }
        }
        return ProviderData.NONE;
    }

    private static Content thought(String text, Map<?, ?> entry) {
        return new Content.Reasoning(text, text(entry, "signature"), text(entry, "redacted"), data(entry));
    }

    @SuppressWarnings("unchecked") // ProviderData checks the names when it copies the map
    private static ProviderData data(Map<?, ?> entry) {
        return entry.get("data") instanceof Map<?, ?> values
                ? new ProviderData(text(entry, "origin"), (Map<String, @Nullable Object>) values)
                : ProviderData.NONE;
    }

    private static String text(Map<?, ?> entry, String name) {
        return entry.get(name) instanceof String text ? text : "";
    }
}
