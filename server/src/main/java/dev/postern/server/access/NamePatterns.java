package dev.postern.server.access;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of backends or models that are allowed. A {@code *} in a pattern stands for any characters. Immutable. */
public final class NamePatterns {
    /** All names. */
    public static final NamePatterns ALL = new NamePatterns(List.of());

    private static final Pattern FORM = Pattern.compile("[^*\\p{Cntrl}]*(\\*[^*\\p{Cntrl}]*){0,4}");
    private static final int MAX_LENGTH = 200;

    private final List<String> patterns;
    private final List<Pattern> compiled;

    private NamePatterns(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
        compiled = patterns.stream().map(NamePatterns::compiled).toList();
    }

    /** The names that match one of these patterns; all names if there is none. */
    public static NamePatterns of(List<String> patterns) {
        return patterns.isEmpty() ? ALL : new NamePatterns(patterns);
    }

    /** Whether a text is a pattern: at most 200 characters, four of them a {@code *}. */
    static boolean isPattern(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    private static Pattern compiled(String pattern) {
        String regex = Pattern.compile("\\*")
                .splitAsStream(pattern + "\n") // the end keeps a star that is last
                .map(part -> part.endsWith("\n") ? part.substring(0, part.length() - 1) : part)
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    /** Whether every name is allowed, also one that is unknown. */
    public boolean all() {
        return patterns.isEmpty();
    }

    /** Whether this name is allowed. */
    public boolean allow(String name) {
        return all() || compiled.stream().anyMatch(each -> each.matcher(name).matches());
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
