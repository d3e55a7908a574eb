package dev.postern.benchmarks;

import java.util.List;

/**
 * Something that a {@link Load} measures.
 *
 * @param name in the results
 * @param command the measure and the model
 * @param count streams or askers at once, or streams to open
 */
record Measure(String name, String command, int count) {

    /** Of all that speak OpenAI's protocol, in a process that takes one after the other. */
    static final List<Measure> SHARED = List.of(
            new Measure("text64", "streams text-2000", 64),
            new Measure("text1", "streams text-2000", 1),
            new Measure("tools64", "streams tools-2000", 64),
            new Measure("paced64", "streams text-150-10000", 64),
            new Measure("small", "answers whole-1024", 64),
            new Measure("large", "answers whole-200000", 64),
            new Measure("first", "first text-20", 0));

    /** In a process of its own: what it leaves behind would disturb the others. */
    static final Measure OPEN_2000 = new Measure("open2000", "open text-1000000-500000", 2_000);

    /** The same. */
    static final Measure OPEN_10000 = new Measure("open10000", "open text-1000000-5000000", 10_000);

    boolean isFor(String subject) {
        boolean streamsOnly = subject.startsWith("parser") || subject.equals("postern-plain");
        return !(streamsOnly && command.startsWith("answers")); // there it is as the floor, or as Postern
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
