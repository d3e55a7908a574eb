package dev.postern.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A JDK that runs the subjects.
 *
 * @param number the feature release
 * @param home its directory
 * @param isMain whether it takes all measures; the others take some
 */
record Jdk(int number, Path home, boolean isMain) {

    /** The JDKs of a list such as {@code 25=/usr/lib/jvm/a,17=/usr/lib/jvm/b}; the first one is the main one. */
    static List<Jdk> all(String list) {
        String[] parts = list.split(",", -1);
        return Arrays.stream(parts)
                .map(part -> {
                    int equals = part.indexOf('=');
                    return new Jdk(
                            Integer.parseInt(part.substring(0, equals)),
                            Path.of(part.substring(equals + 1)),
                            part.equals(parts[0]));
                })
                .toList();
    }

    /** In front of the names of its measures in the results. */
    String prefix() {
        return isMain ? "" : prefix(number);
    }

    static String prefix(int number) {
        return "jdk" + number + ".";
    }

    String java() {
        return home.resolve("bin/java").toString();
    }
}
