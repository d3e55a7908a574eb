package dev.postern.server.access;

import java.util.List;
import java.util.regex.Pattern;

/** Names of backends or models that are allowed. A {@code *} in a pattern stands for any characters. Immutable. */
public final class NamePatterns {
    /** All names. */
    public static final NamePatterns ALL = new NamePatterns(List.of());

    private static final Pattern FORM = Pattern.compile("[^*\\p{Cntrl}]*(\\*[^*\\p{Cntrl}]*){0,4}");
    private static final int MAX_LENGTH = 200;

    private final List<String> patterns;
    private final List<List<String>> parts;
    private final boolean all;

    private NamePatterns(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
        all = patterns.isEmpty() || patterns.contains("*");
        parts = patterns.stream()
                .map(pattern -> List.of(pattern.split("\\*", -1)))
                .toList();
    }

    /** The names that match one of these patterns; all names if there is none. */
    public static NamePatterns of(List<String> patterns) {
        return patterns.isEmpty() ? ALL : new NamePatterns(patterns);
    }

    /** Whether a text is a pattern: at most 200 characters, four of them a {@code *}. */
    static boolean isPattern(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    /** Whether every name is allowed, also one that is unknown. */
    public boolean all() {
        return all;
    }

    /** Whether this name is allowed. */
    public boolean allow(String name) {
        return all || parts.stream().anyMatch(each -> matches(each, name));
    }

    /** Takes each part at the first place where it is found, so the work is linear: callers choose the name. */
    private static boolean matches(List<String> parts, String name) {
        String first = parts.get(0);
        if (parts.size() == 1) {
            return name.equals(first);
        }
        String last = parts.get(parts.size() - 1);
        int end = name.length() - last.length();
        int from = first.length();
        if (!name.startsWith(first) || !name.endsWith(last) || end < from) {
            return false;
        }
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = name.indexOf(part, from);
            if (found < 0) {
                return false;
            }
            from = found + part.length();
        }
        return from <= end;
    }

    /** The patterns as they were given. */
    List<String> patterns() {
        return patterns;
    }

    /** The patterns, with commas between them; {@code *} for all names. */
    @Override
    public String toString() {
        return all() ? "*" : String.join(", ", patterns);
    }
}
