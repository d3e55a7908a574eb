package dev.postern.wire;

import java.util.regex.Pattern;

/** Takes out of a text what would tell a stranger where our backends are, and what our programs look like inside. */
final class Address {
    private static final int MAX_TEXT = 1000;
    private static final int MAX_READ = 4 * MAX_TEXT; // the patterns take the square of it
    private static final String HIDDEN = "[address]";

    /** With a scheme, up to where a sentence would go on. */
    private static final Pattern URL =
            Pattern.compile("(?i)\\b(?:https?|wss?)://[^\\s'\"<>)\\]}]*[^\\s'\"<>)\\]}.,;:!?]");

    /**
     * An IPv4 address, a dotted name with a port, a single name with a port that looks like one, a bracketed IPv6. Nothing
     * is tried twice: what comes here is a stranger's text.
     */
    private static final Pattern HOST = Pattern.compile("(?i)(?<![\\w.-])(?:"
            + "\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?\\b"
            + "|localhost\\b(?::\\d{1,5}\\b)?"
            + "|[\\w-]++(?:\\.[\\w-]++)++:\\d{2,5}\\b"
            + "|[a-z][\\w-]*+:\\d{4,5}\\b"
            + "|\\[[0-9a-f]*+:[0-9a-f:]*+](?::\\d{1,5})?)");

    private static final Pattern STACK =
            Pattern.compile("(?s)(?:\\s*+Traceback \\(most recent call last\\)|\\s++at [\\w.$/<>]++\\([^)]*+\\)).*");

    private Address() {}

    /** The text as one line without addresses and stack traces, shortened. */
    static String removed(String text) {
        String bounded = text.length() > MAX_READ ? text.substring(0, MAX_READ) : text;
        String clean = STACK.matcher(bounded).replaceFirst("");
        clean = URL.matcher(clean).replaceAll(HIDDEN);
        clean = HOST.matcher(clean).replaceAll(HIDDEN);
        clean = clean.replaceAll("\\s+", " ").trim();
        return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT) + "…";
    }
}
