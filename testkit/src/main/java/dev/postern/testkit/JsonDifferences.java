package dev.postern.testkit;

import dev.postern.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where two JSON values differ, by JSON pointer. In an expected text, {@link Scrubber#MASK} stands for any characters. */
final class JsonDifferences {
    private static final int MOST = 100;

    private final List<String> found = new ArrayList<>();

    private JsonDifferences() {}

    /** A sentence for each difference, at most {@value #MOST}. */
    static List<String> between(@Nullable Object expected, @Nullable Object actual) {
        JsonDifferences differences = new JsonDifferences();
        differences.compare("", expected, actual);
        return differences.found;
    }

    private void compare(String pointer, @Nullable Object expected, @Nullable Object actual) {
        if (found.size() == MOST || Scrubber.MASK.equals(expected) || isSame(expected, actual)) {
            return;
        }
        if (expected instanceof Map<?, ?> one && actual instanceof Map<?, ?> other) {
            one.forEach((name, value) -> {
                if (other.containsKey(name)) {
                    compare(child(pointer, name), value, other.get(name));
                } else {
                    add(child(pointer, name), "expected " + shown(value) + ", but it is missing");
                }
            });
            other.forEach((name, value) -> {
                if (!one.containsKey(name)) {
                    add(child(pointer, name), "is not in the recording, but is " + shown(value));
                }
            });
        } else if (expected instanceof List<?> one && actual instanceof List<?> other) {
            for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
                if (i >= other.size()) {
                    add(child(pointer, i), "expected " + shown(one.get(i)) + ", but it is missing");
                } else if (i >= one.size()) {
                    add(child(pointer, i), "is not in the recording, but is " + shown(other.get(i)));
                } else {
                    compare(child(pointer, i), one.get(i), other.get(i));
                }
            }
        } else {
            add(pointer, "expected " + shown(expected) + ", but it is " + shown(actual));
        }
    }

    private static boolean isSame(@Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof String one && actual instanceof String other) {
            return matches(one, other);
        }
        if (expected instanceof Number one && actual instanceof Number other) {
            return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
        }
        return !(expected instanceof Map<?, ?>) && !(expected instanceof List<?>) && Objects.equals(expected, actual);
    }

    /** Whether the text is the expected one, in which each mask stands for any characters. */
    static boolean matches(String expected, String actual) {
        String[] parts = expected.split(Pattern.quote(Scrubber.MASK), -1);
        if (parts.length == 1) {
            return expected.equals(actual);
        }
        String last = parts[parts.length - 1];
        int at = parts[0].length();
        if (!actual.startsWith(parts[0])) {
            return false;
        }
        for (int i = 1; i < parts.length - 1; i++) {
            int next = actual.indexOf(parts[i], at);
            if (next < 0) {
                return false;
            }
            at = next + parts[i].length();
        }
        return actual.length() >= at + last.length() && actual.endsWith(last);
    }

    private void add(String pointer, String difference) {
        if (found.size() < MOST) {
            found.add((pointer.isEmpty() ? "the body" : pointer) + ": " + difference);
        }
    }

    private static String child(String pointer, Object name) {
        return pointer + "/" + name.toString().replace("~", "~0").replace("/", "~1");
    }

    private static String shown(@Nullable Object value) {
        return Shown.shortened(Json.text(value));
    }
}
