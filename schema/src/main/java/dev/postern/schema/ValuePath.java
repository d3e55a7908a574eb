package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A location in a value, such as {@code stops[1].days}. Its text is created only for a problem.
 *
 * @param problems collects the problems at this location
 * @param outer the enclosing location; null for the root
 * @param name the name of a property; empty for an element
 * @param index the index of an element; negative for a property
 */
record ValuePath(Problems problems, @Nullable ValuePath outer, String name, int index) {
    private static final int MAX_NAME_LENGTH = 60;
    private static final int MAX_TEXT_LENGTH = 60;
    /** A longer path is shown with its start and its end only. */
    private static final int MAX_PATH_LENGTH = 400;

    static ValuePath root(Problems problems) {
        return new ValuePath(problems, null, "", -1);
    }

    ValuePath property(String property) {
        return new ValuePath(problems, this, property, -1);
    }

    ValuePath element(int at) {
        return new ValuePath(problems, this, "", at);
    }

    /** The same location with another collection of problems. */
    ValuePath withProblems(Problems others) {
        return new ValuePath(others, outer, name, index);
    }

    /** Reports a problem at this location. */
    void problem(String sentence) {
        problem(() -> sentence);
    }

    /** Reports a problem whose text is expensive to create. */
    void problem(Supplier<String> sentence) {
        problems.add(() -> {
            String path = path();
            return path.isEmpty() ? sentence.get() : path + ": " + sentence.get();
        });
    }

    /** Reports a value of the wrong kind; {@code expected} follows "must be" in the message. */
    void mismatch(String expected, @Nullable Object value) {
        problem(() -> "must be " + expected + ", but is " + kind(value));
    }

    /** Reports an invalid text, with its start. */
    void invalidText(String expected, String text) {
        problem(() -> "must be " + expected + ", but is " + quoted(text));
    }

    String path() {
        List<ValuePath> places = new ArrayList<>();
        for (ValuePath location = this; location != null; location = location.outer) {
            places.add(location);
        }
        StringBuilder path = new StringBuilder();
        for (int i = places.size() - 1; i >= 0; i--) {
            places.get(i).write(path);
        }
        int length = path.length();
        return length <= MAX_PATH_LENGTH
                ? path.toString()
                : shortened(path.toString(), MAX_PATH_LENGTH / 2) + path.substring(length - MAX_PATH_LENGTH / 2);
    }

    private void write(StringBuilder path) {
        if (index >= 0) {
            path.append('[').append(index).append(']');
        } else if (!name.isEmpty()) {
            path.append(path.length() == 0 ? "" : ".").append(shortened(name, MAX_NAME_LENGTH));
        }
    }

    static String quoted(String text) {
        return '"' + shortened(text, MAX_TEXT_LENGTH) + '"';
    }

    static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }

    /** The kind of a value; for a number or boolean, the value itself. */
    static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof String) {
            return "text";
        }
        if (value instanceof Map<?, ?>) {
            return "an object";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value instanceof Number || value instanceof Boolean
                ? shortened(value.toString(), MAX_TEXT_LENGTH)
                : value.getClass().getSimpleName();
    }
}
