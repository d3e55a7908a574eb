package dev.postern.examples;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The personal data of one conversation, and the placeholders that stand for it. Thread-safe. */
final class Vault {
    private static final int MOST = 10_000;
    /** The longest placeholder, without its end. */
    private static final int LONGEST = 12;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\[pii_\\d{1,6}]");
    /** E-mail addresses and telephone numbers; and what looks like a placeholder already, so that nobody can ask for one. */
    private static final Pattern PERSONAL =
            Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+|\\+\\d[\\d ()-]{5,20}\\d|" + PLACEHOLDER.pattern());

    // Guarded by this.
    private final Map<String, String> placeholders = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();

    /** The text with placeholders for what is personal. */
    synchronized String hide(String text) {
        return PERSONAL.matcher(text).replaceAll(found -> Matcher.quoteReplacement(placeholder(found.group())));
    }

    private String placeholder(String value) {
        String known = placeholders.get(value);
        if (known != null) {
            return known;
        }
        if (values.size() == MOST) {
            throw new LlmException(Kind.INVALID_REQUEST, "The conversation has too much personal data; begin another.");
        }
        String made = "[pii_" + (values.size() + 1) + "]";
        placeholders.put(value, made);
        values.put(made, value);
        return made;
    }

    /** The text with what its placeholders stand for. An unknown placeholder stays. */
    synchronized String show(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(), found.group())));
    }

    /** Where a placeholder may begin whose end is missing; the length of the text if nowhere. */
    static int placeholderMayBeginAt(String text) {
        int open = text.lastIndexOf('[');
        boolean may = open >= 0 && text.indexOf(']', open) < 0 && text.length() - open < LONGEST;
        return may ? open : text.length();
    }

    /** Shows the number of values, and none of them. */
    @Override
    public synchronized String toString() {
        return "Vault[" + values.size() + " values]";
    }
}
