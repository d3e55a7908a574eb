package dev.postern.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the command line asks for.
 *
 * @param quick whether figures of a few minutes are good enough
 * @param subjects those alone; empty for all
 * @param only measures whose names begin with one of these; empty for all
 * @param root the project's directory
 * @param versions of the peers, by name
 */
record Options(boolean quick, List<String> subjects, List<String> only, Path root, Map<String, String> versions) {

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
                throw new IllegalArgumentException("no option: " + argument);
            }
        }
        Map<String, String> versions = new TreeMap<>();
        System.getProperties().forEach((name, value) -> {
            if (name.toString().startsWith("version.")) {
                versions.put(name.toString().substring(8), value.toString());
            }
        });
        return new Options(quick, subjects, only, Path.of(System.getProperty("postern.root")), versions);
    }

    boolean wants(String measure) {
        return only.isEmpty() || only.stream().anyMatch(measure::startsWith);
    }

    /** The subjects of a group that are wanted. One that is not in the group by itself can be named beside the floor. */
    List<String> chosen(List<String> group) {
        if (subjects.isEmpty()) {
            return group;
        }
        boolean bedrock = group.get(0).endsWith("-bedrock");
        return subjects.stream()
                .filter(subject -> group.contains(subject) || (!bedrock && subject.equals("floor-selector")))
                .toList();
    }
}
