package dev.postern.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The options of the command line.
 *
 * @param quick whether to measure for a few minutes only
 * @param subjects the subjects to measure; empty for all
 * @param only the beginnings of the names of measures to take; empty for all
 * @param jdks the JDKs; the first one takes all measures
 * @param root the project's directory
 * @param versions the versions of the peers, by name
 */
record Options(
        boolean quick,
        List<String> subjects,
        List<String> only,
        List<Jdk> jdks,
        Path root,
        Map<String, String> versions) {

    static Options of(String[] args) {
        boolean quick = false;
        List<String> subjects = List.of();
        List<String> only = List.of();
        for (String argument : args) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.equals("--quick")) {
                quick = true;
            } else if (argument.startsWith("--subjects=")) {
                subjects = List.of(value.split(",", -1));
            } else if (argument.startsWith("--only=")) {
                only = List.of(value.split(",", -1));
            } else {
                throw new IllegalArgumentException("unknown option: " + argument);
            }
        }
        Map<String, String> versions = new TreeMap<>();
        System.getProperties().forEach((name, value) -> {
            if (name.toString().startsWith("version.")) {
                versions.put(name.toString().substring(8), value.toString());
            }
        });
        return new Options(
                quick,
                subjects,
                only,
                Jdk.all(System.getProperty("postern.jdks")),
                Path.of(System.getProperty("postern.root")),
                versions);
    }

    boolean wants(String measure) {
        return only.isEmpty() || only.stream().anyMatch(measure::startsWith);
    }

    /** The subjects of a group to measure. */
    List<String> chosen(List<String> group) {
        return subjects.isEmpty()
                ? group
                : subjects.stream().filter(group::contains).toList();
    }
}
