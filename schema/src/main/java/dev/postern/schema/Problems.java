package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Collects the problems of a value. Messages are created when they are read, since most problems of alternatives are never
 * reported.
 */
final class Problems {
    /** The maximum number of listed problems; a hostile value can have many more. */
    private static final int MAX_SHOWN = 20;

    private final List<Supplier<String>> first = new ArrayList<>();
    private int count;

    void add(Supplier<String> problem) {
        if (count++ < MAX_SHOWN) {
            first.add(problem);
        }
    }

    int count() {
        return count;
    }

    /** The first problems, and the number of the others. */
    List<String> list() {
        List<String> shown = new ArrayList<>();
        first.forEach(problem -> shown.add(problem.get()));
        if (count > MAX_SHOWN) {
            shown.add("and " + (count - MAX_SHOWN) + " more");
        }
        return List.copyOf(shown);
    }

    /** The first problems as one text of at most this length; further messages are not created. */
    String text(int most) {
        StringBuilder text = new StringBuilder();
        for (Supplier<String> problem : first) {
            if (text.length() > most) {
                break;
            }
            text.append(text.length() == 0 ? "" : ", ").append(problem.get());
        }
        return ValuePath.shortened(text.toString(), most);
    }
}
