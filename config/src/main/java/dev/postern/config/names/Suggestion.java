package dev.postern.config.names;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is nearest to an unknown one. */
public final class Suggestion {
    /** A name that contains the given one, or is contained in it, counts only from this length on. */
    private static final int LEAST_PART = 3;

    private Suggestion() {}

    /**
     * The known name with the fewest edits, if these are at most a quarter of its length, or one. Case, {@code -} and
     * {@code _} are ignored. Empty if no name is that near.
     */
    public static Optional<String> nearest(String written, Collection<String> known) {
        String given = plain(written);
        return known.stream()
                .filter(name -> distance(given, plain(name)) <= Math.max(1, name.length() / 4))
                .min(Comparator.comparingInt(name -> distance(given, plain(name))));
    }

    /**
     * The end of an error: {@code Did you mean 'base_url'?}, or else {@code Known are a, b.}, or nothing if none is
     * known.
     */
    public static String hint(String written, Collection<String> known) {
        return nearest(written, known)
                .or(() -> akin(written, known))
                .map(name -> "Did you mean '" + name + "'?")
                .orElseGet(() -> known.isEmpty() ? "" : "Known are " + String.join(", ", known) + ".");
    }

    /** {@code model} may stand for {@code default_model}. */
    private static Optional<String> akin(String written, Collection<String> known) {
        String given = plain(written);
        if (given.length() < LEAST_PART) {
            return Optional.empty();
        }
        return known.stream()
                .filter(name ->
                        plain(name).contains(given) || (name.length() > LEAST_PART && given.contains(plain(name))))
                .findFirst();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** The number of edits between two names: insert, delete or replace a character, or swap two adjacent ones. */
    private static int distance(String a, String b) {
        int[] older = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int other = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + other);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], older[j - 2] + 1);
                }
            }
            older = above;
            above = row;
        }
        return above[b.length()];
    }
}
