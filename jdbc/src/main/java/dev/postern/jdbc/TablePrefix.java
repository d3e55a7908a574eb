package dev.postern.jdbc;

import dev.postern.LlmException;
import java.util.regex.Pattern;

/** The prefix of table names. */
final class TablePrefix {
    static final String DEFAULT = "postern_";

    /** Databases shorten or refuse long names. The longest name after the prefix has eight letters. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,19}");

    private TablePrefix() {}

    /** Checks a prefix. It becomes part of SQL statements, so it must be an identifier. */
    static String checked(String prefix) {
        if (!IDENTIFIER.matcher(prefix).matches()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "tablePrefix: must be a letter or _ and then at most 19 letters, digits or _.");
        }
        return prefix;
    }
}
