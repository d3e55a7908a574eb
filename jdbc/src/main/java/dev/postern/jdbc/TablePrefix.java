package dev.postern.jdbc;

import dev.postern.LlmException;
import java.util.regex.Pattern;

/** What the names of the tables begin with. */
final class TablePrefix {
    static final String DEFAULT = "postern_";

    /** Databases shorten or refuse longer names; the longest that is appended has eight letters. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,19}");

    private TablePrefix() {}

    /** It becomes part of statements, so nothing but an identifier may pass. */
    static String checked(String prefix) {
        if (!IDENTIFIER.matcher(prefix).matches()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "tablePrefix: must be a letter or _ and then at most 19 letters, digits or _.");
        }
        return prefix;
    }
}
