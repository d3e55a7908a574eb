package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.config.names.Suggestion;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The path of a section, the meaning of its values, and the errors for invalid ones. Errors show keys and types, but
 * no values.
 *
 * @param path from the top, empty for the top itself
 * @param place returns for a path the text before it
 */
record SettingsPath(String path, UnaryOperator<String> place) {
    /** A longer key may be a secret in the wrong place, so only its beginning is shown. */
    private static final int MOST_SHOWN = 32;

    private static final int BEGINNING = 8;

    SettingsPath inner(String key) {
        return new SettingsPath(pathOf(key), place);
    }

    LlmException error(String key, String sentence) {
        String at = place.apply(pathOf(key));
        String full = path.isEmpty() || key.isEmpty() ? path + shown(key) : path + "." + shown(key);
        return new LlmException(
                Kind.CONFIGURATION, (at.isEmpty() ? "" : at + ": ") + (full.isEmpty() ? "" : full + ": ") + sentence);
    }

    LlmException unknown(String key, Collection<String> known) {
        return error(key, ("is not a known key. " + Suggestion.hint(key, known)).trim());
    }

    LlmException wrong(String key, String wanted, @Nullable Object value) {
        return error(key, "must be " + wanted + ", but is " + typeOf(value));
    }

    /** The name, if it is known. */
    String known(String key, String name, Collection<String> known) {
        if (!known.contains(name)) {
            throw error(key, ("is not a known name. " + Suggestion.hint(name, known)).trim());
        }
        return name;
    }

    BigDecimal number(String key, Object value) {
        return Quantity.number(value).orElseThrow(() -> wrong(key, "a number", value));
    }

    long whole(String key, Object value, long least, long most) {
        BigDecimal number = Quantity.number(value)
                .filter(given -> given.stripTrailingZeros().scale() <= 0)
                .orElseThrow(() -> wrong(key, "a whole number", value));
        return within(key, number, least, most);
    }

    boolean truth(String key, Object value) {
        return switch (value.toString()) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> throw wrong(key, "true or false", value);
        };
    }

    Duration duration(String key, Object value) {
        Duration duration = Quantity.duration(value).orElseThrow(() -> wrong(key, "a duration such as 30s", value));
        if (duration.isNegative()) {
            throw error(key, "must not be negative");
        }
        return duration;
    }

    int size(String key, Object value) {
        BigDecimal bytes = Quantity.bytes(value).orElseThrow(() -> wrong(key, "a size such as 16MiB", value));
        return (int) within(key, bytes, 1, Integer.MAX_VALUE);
    }

    /** The number as a long, if it is within these bounds. Both bounds are allowed values. */
    long within(String key, BigDecimal number, long least, long most) {
        if (number.compareTo(BigDecimal.valueOf(least)) < 0) {
            throw error(key, least == 0 ? "must not be negative" : "must be at least " + least);
        }
        if (number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw error(key, "must be at most " + most);
        }
        return number.longValue();
    }

    private String pathOf(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }

    private static String shown(String key) {
        String line = key.replaceAll("\\p{Cntrl}", "?");
        return line.length() > MOST_SHOWN ? line.substring(0, BEGINNING) + "…" : line;
    }

    private static String typeOf(@Nullable Object value) {
        if (value instanceof Map) {
            return "a section";
        }
        if (value instanceof List) {
            return "a list";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        if (value instanceof Number) {
            return "another number";
        }
        return value == null ? "nothing" : "other text";
    }
}
