package dev.postern.usage;

/**
 * A name, or the beginning of names.
 *
 * @param text the name or its beginning
 * @param isExact whether it is the whole name
 */
record NamePattern(String text, boolean isExact) {
    static NamePattern of(String pattern) {
        int star = pattern.indexOf('*');
        if (star >= 0 && star != pattern.length() - 1) {
            throw new IllegalArgumentException("a * stands at the end of a name only, not as in '" + pattern + "'");
        }
        return star < 0 ? new NamePattern(pattern, true) : new NamePattern(pattern.substring(0, star), false);
    }

    boolean matches(String name) {
        return isExact ? name.equals(text) : name.startsWith(text);
    }

    /** How specific it is: higher is more. */
    int rank() {
        return isExact ? Integer.MAX_VALUE : text.length();
    }
}
