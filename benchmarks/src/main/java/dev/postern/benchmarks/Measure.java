package dev.postern.benchmarks;

import java.util.List;

/**
 * Something that a {@link Load} measures.
 *
 * @param name the name in the results
 * @param command the measure and the model
 * @param count the concurrent streams or threads, or the streams to open
 */
record Measure(String name, String command, int count) {

    /** The measures of all subjects. One process takes one after the other. */
    static final List<Measure> SHARED = List.of(
            new Measure("text64", "streams text-2000", 64),
            new Measure("text1", "streams text-2000", 1),
            new Measure("tools64", "streams tools-2000", 64),
            new Measure("paced64", "streams text-150-10000", 64),
            new Measure("small", "answers whole-1024", 64),
            new Measure("large", "answers whole-200000", 64),
            new Measure("first", "first text-20", 0));

    /** In a separate process, because what it leaves in memory would disturb other measures. */
    static final Measure OPEN_2000 = new Measure("open2000", "open text-1000000-500000", 2_000);

    /** In a separate process, like {@link #OPEN_2000}. */
    static final Measure OPEN_10000 = new Measure("open10000", "open text-1000000-5000000", 10_000);

    boolean isFor(String subject) {
        boolean streamsOnly = subject.startsWith("parser") || subject.equals("postern-plain");
        return !(streamsOnly && command.startsWith("answers")); // for whole answers they equal the floor and Postern
    }

    String line(BenchSettings settings, boolean warmed, boolean first) {
        int warm = warmed ? 200 : first ? settings.firstWarm() : settings.warm();
        if (command.startsWith("open")) {
            return command + " " + count + " " + (count <= 2_000 ? 20_000 : 90_000) + " "
                    + (count <= 2_000 ? 4_000 : 10_000);
        }
        return command + " " + (count == 0 ? settings.samples() : count) + " " + warm + " " + settings.window();
    }
}
