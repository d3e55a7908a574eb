package dev.postern.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts processes that make one call and end. The wall time ends when the process prints that it has reached its aim;
 * the shell measures the CPU time, so the process needs no code for that.
 */
final class ColdRuns {
    private final Jdk jdk;
    private final String server;

    ColdRuns(Jdk jdk, String server) {
        this.jdk = jdk;
        this.server = server;
    }

    /** Milliseconds until the {@code first} piece, or the {@code end}. */
    Map<String, Double> run(String subject, ClassPath path, String until) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='TIME %R %U %S'; time \"$@\"", "time"));
        command.addAll(Child.java(jdk, path, Cold.class, List.of(), subject, server, "text-20", until));
        long begun = System.nanoTime();
        double reached = Double.NaN;
        for (Line line : lines(command, subject)) {
            if (line.text().equals(Cold.REACHED)) {
                reached = (line.read() - begun) / 1e6;
            } else if (line.text().startsWith("TIME ")) {
                String[] seconds = line.text().split(" ", -1);
                double cpu = Double.parseDouble(seconds[2]) + Double.parseDouble(seconds[3]);
                return Map.of("wall", reached, "cpu", cpu * 1000);
            }
        }
        throw new IOException("the shell printed no time for " + subject);
    }

    /** The number of classes that a process loads until the end of the stream. */
    Map<String, Double> classes(String subject, ClassPath path) throws IOException, InterruptedException {
        List<String> command =
                Child.java(jdk, path, Cold.class, List.of("-Xlog:class+load"), subject, server, "text-20", "end");
        long loaded = lines(command, subject).stream()
                .filter(line -> line.text().contains(" source: "))
                .count();
        return Map.of("loaded", (double) loaded);
    }

    private List<Line> lines(List<String> command, String subject) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<Line> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String text; (text = output.readLine()) != null; ) {
                lines.add(new Line(System.nanoTime(), text));
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("the cold start of " + subject + " failed: " + lines);
        }
        return lines;
    }

    /** A line of the process, and when it was read, in nanoseconds. */
    private record Line(long read, String text) {}
}
