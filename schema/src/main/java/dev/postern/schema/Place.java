package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where in a value we are, such as {@code stops[1].days}. Its text is made only when there is something to say.
 *
 * @param problems where problems go
 * @param outer the place around it
 * @param name of a property; empty for an element
 * @param index of an element, or negative
 */
record Place(Problems problems, @Nullable Place outer, String name, int index) {
    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_TEXT = 60;
    /** Of a longer path the beginning and the end are shown. */
    private static final int LONGEST_PATH = 400;

    static Place root(Problems problems) {
        return new Place(problems, null, "", -1);
    }

    Place property(String property) {
        return new Place(problems, this, property, -1);
    }

    Place element(int at) {
        return new Place(problems, this, "", at);
    }

    /** The same place, whose problems are collected apart. */
    Place apart(Problems others) {
        return new Place(others, outer, name, index);
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
        List<Place> places = new ArrayList<>();
        for (Place place = this; place != null; place = place.outer) {
            places.add(place);
        }
        StringBuilder path = new StringBuilder();
        for (int i = places.size() - 1; i >= 0; i--) {
            places.get(i).write(path);
        }
        int length = path.length();
        return length <= LONGEST_PATH
                ? path.toString()
                : shortened(path.toString(), LONGEST_PATH / 2) + path.substring(length - LONGEST_PATH / 2);
    }

    private void write(StringBuilder path) {
        if (index >= 0) {
            path.append('[').append(index).append(']');
        } else if (!name.isEmpty()) {
            path.append(path.length() == 0 ? "" : ".").append(shortened(name, LONGEST_NAME));
        }
    }

    static String quoted(String text) {
        return '"' + shortened(text, LONGEST_TEXT) + '"';
    }

    static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
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
