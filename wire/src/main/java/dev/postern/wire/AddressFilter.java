package dev.postern.wire;

import java.util.regex.Pattern;

/** Removes addresses and stack traces from a text that goes to callers of the gateway. */
final class AddressFilter {
    private static final int MAX_TEXT = 1000;
    private static final int MAX_READ = 4 * MAX_TEXT; // the patterns take quadratic time
    private static final String HIDDEN = "[address]";

    /** A URL with a scheme, without the punctuation of the sentence around it. */
    private static final Pattern URL =
            Pattern.compile("(?i)\\b(?:https?|wss?)://[^\\s'\"<>)\\]}]*[^\\s'\"<>)\\]}.,;:!?]");

    /**
     * An IPv4 address, a dotted name with a port, a single name with a port of four or five digits, or a bracketed IPv6
     * address. Possessive quantifiers prevent backtracking, because the text may be hostile.
     */
    private static final Pattern HOST = Pattern.compile("(?i)(?<![\\w.-])(?:"
            + "\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?\\b"
            + "|localhost\\b(?::\\d{1,5}\\b)?"
            + "|[\\w-]++(?:\\.[\\w-]++)++:\\d{2,5}\\b"
            + "|[a-z][\\w-]*+:\\d{4,5}\\b"
            + "|\\[[0-9a-f]*+:[0-9a-f:]*+](?::\\d{1,5})?)");

    private static final Pattern STACK =
            Pattern.compile("(?s)(?:\\s*+Traceback \\(most recent call last\\)|\\s++at [\\w.$/<>]++\\([^)]*+\\)).*");

    private AddressFilter() {}

    /** Returns the text as one line of limited length, without addresses and stack traces. */
    static String removed(String text) {
        String bounded = text.length() > MAX_READ ? text.substring(0, MAX_READ) : text;
        String clean = STACK.matcher(bounded).replaceFirst("");
        clean = URL.matcher(clean).replaceAll(HIDDEN);
        clean = HOST.matcher(clean).replaceAll(HIDDEN);
        clean = clean.replaceAll("\\s+", " ").trim();
        return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT) + "…";
    }
}
