package dev.postern.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is wrong with a value, as far as it is worth telling. Sentences are made when they are read: of alternatives many
 * are tried, and few are told of.
 */
final class Problems {
    /** More than a model mends at once; a hostile value has as many as it likes. */
    private static final int SHOWN = 20;

    private final List<Supplier<String>> first = new ArrayList<>();
    private int count;

    void add(Supplier<String> problem) {
        if (count++ < SHOWN) {
            first.add(problem);
        }
    }

    int count() {
        return count;
    }

    /** The first of them, and how many more there are. */
    List<String> list() {
        List<String> shown = new ArrayList<>();
        first.forEach(problem -> shown.add(problem.get()));
        if (count > SHOWN) {
            shown.add("and " + (count - SHOWN) + " more");
        }
        return List.copyOf(shown);
    }

    /** The first of them as one text, of which no more is made than that many characters need. */
    String text(int most) {
        StringBuilder text = new StringBuilder();
        for (Supplier<String> problem : first) {
            if (text.length() > most) {
                break;
            }
            text.append(text.length() == 0 ? "" : ", ").append(problem.get());
        }
        return Place.shortened(text.toString(), most);
    }
}
