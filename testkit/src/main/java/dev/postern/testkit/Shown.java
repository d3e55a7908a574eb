package dev.postern.testkit;

import java.util.List;

/** Texts of assertions, with a limit for what they quote. */
final class Shown {
    private static final int ITEMS = 50;
    private static final int CHARACTERS = 200;

    private Shown() {}

    /** The first characters of a text. */
    static String shortened(String text) {
        return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "…";
    }

    /** The last items of a list. */
    static String list(List<?> items) {
        int skipped = Math.max(0, items.size() - ITEMS);
        List<String> shown = items.subList(skipped, items.size()).stream()
                .map(item -> shortened(String.valueOf(item)))
                .toList();
        return (skipped == 0 ? "" : skipped + " others, then ") + shown;
    }
}
