package dev.postern.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Removes the values of a configuration from a text that may quote them. */
final class Redaction {
    /** Shorter values are not secrets, and their removal would make sentences unreadable. */
    private static final int LEAST = 6;

    private Redaction() {}

    static String of(Object values, String text) {
        List<String> quoted = new ArrayList<>();
        collect(values, quoted);
        quoted.sort(Comparator.comparingInt(String::length).reversed()); // one may be a part of another
        String redacted = text;
        for (String value : quoted) {
            redacted = redacted.replace(value, "…");
        }
        return redacted;
    }

    private static void collect(@Nullable Object value, List<String> texts) {
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(inner -> collect(inner, texts));
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> collect(inner, texts));
        } else if (value instanceof String text && text.trim().length() >= LEAST) {
            texts.add(text.trim());
        }
    }
}
