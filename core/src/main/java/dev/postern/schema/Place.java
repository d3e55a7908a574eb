package dev.postern.schema;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where in a value we are, such as {@code stops[1].days}; its text is made only when there is something to say. */
record Place(Problems problems, @Nullable Place outer, String step) {
    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_TEXT = 60;

    static Place root(Problems problems) {
        return new Place(problems, null, "");
    }

    Place property(String name) {
        return new Place(problems, this, shortened(name, LONGEST_NAME));
    }

    /** The same place, whose problems are collected apart. */
    Place apart(Problems others) {
        return new Place(others, this, "");
    }

    Place element(int index) {
        return new Place(problems, this, "[" + index + "]");
    }

    /** Notes that something is wrong here. */
    void problem(String sentence) {
        problem(() -> sentence);
    }

    /** The same where the sentence is long to make. */
    void problem(Supplier<String> sentence) {
        problems.add(() -> {
            String path = path();
            return path.isEmpty() ? sentence.get() : path + ": " + sentence.get();
        });
    }

    /** Notes that something else is wanted here; {@code wanted} goes on after "must be". */
    void misfit(String wanted, @Nullable Object value) {
        problem(() -> "must be " + wanted + ", but is " + kind(value));
    }

    /** The same where the kind is right; shows the beginning of the text. */
    void wrongText(String wanted, String text) {
        problem(() -> "must be " + wanted + ", but is " + quoted(text));
    }

    String path() {
        StringBuilder path = new StringBuilder();
        write(path);
        return path.toString();
    }

    private void write(StringBuilder path) {
        if (outer != null) {
            outer.write(path);
        }
        if (path.length() > 0 && !step.isEmpty() && !step.startsWith("[")) {
            path.append('.');
        }
        path.append(step);
    }

    static String quoted(String text) {
        return '"' + shortened(text, LONGEST_TEXT) + '"';
    }

    static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** What a value is, in a word; a number or boolean as it is written. */
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
                ? shortened(value.toString(), LONGEST_TEXT)
                : value.getClass().getSimpleName();
    }
}
