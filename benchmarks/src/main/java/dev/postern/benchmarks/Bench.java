package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Server;
import dev.postern.benchmarks.subject.Mismatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Measures all subjects in turn. Writes the table to standard output and its progress to standard error. If a measure
 * fails, the table has a gap, the reason is printed, and the other measures are still taken. If a subject delivered something
 * else than the server sent, the program ends with a failure.
 */
public final class Bench {
    private final BenchSettings settings;
    private final Options options;
    private final Path logs;
    private final Path keys;
    private final Results results = new Results();
    private final List<String> mismatches = new ArrayList<>();
    private final long started = System.nanoTime();
    private String ports = "";

    private Bench(BenchSettings settings, Options options, Path keys) throws IOException {
        this.settings = settings;
        this.options = options;
        this.keys = keys;
        this.logs = Files.createDirectories(options.root().resolve("benchmarks/target/log"));
    }

    /** See {@code benchmarks/run --help}. */
    public static void main(String[] args) throws Exception {
        Options options = Options.of(args);
        BenchSettings settings = options.quick() ? BenchSettings.quick() : BenchSettings.whole();
        Path keys = Keys.make(options.root().resolve("benchmarks/target"));
        Bench bench = new Bench(settings, options, keys);
        bench.run();
        if (!bench.mismatches.isEmpty()) {
            System.err.println("Not what the server sent:\n" + String.join("\n", bench.mismatches));
            System.exit(1);
        }
    }

    private void run() throws Exception {
        List<String> openAi = options.chosen(Subjects.OPENAI);
        List<String> bedrock = options.chosen(Subjects.BEDROCK);
        Jdk main = options.jdks().get(0);
        try (Child serving = Child.start(
                "server", logs, main, path("floor"), Server.class, List.of(), keys.toString(), Keys.PASSWORD)) {
            ports = serving.readLine();
            for (Jdk jdk : options.jdks()) {
                for (Via via : Via.values()) {
                    shared(jdk, via, openAi);
                }
                shared(jdk, Via.HTTP, jdk.isMain() ? bedrock : List.of());
            }
            cold(main, openAi);
            cold(main, bedrock);
            for (Measure measure : Measure.OPEN) {
                open(main, measure, openAi);
            }
        }
        System.out.println(new Table(results).all(options, openAi, bedrock));
    }

    private boolean takes(String subject, Jdk jdk, Measure measure) {
        return options.wants(measure.name())
                && measure.isFor(subject, jdk)
                && (!options.quick() || !options.only().isEmpty() || measure.isQuick(subject));
    }

    private ClassPath path(String subject) {
        return ClassPath.of(options.root(), subject);
    }

    private Child start(String subject, Jdk jdk, Via via) throws IOException {
        return Child.start(
                subject,
                logs,
                jdk,
                path(subject),
                Load.class,
                via == Via.HTTP ? List.of() : Keys.trust(keys),
                subject,
                via.address(ports),
                via.name(),
                Via.HTTP.address(ports));
    }

    /** Starts a process for each subject. All exist at the same time; one takes a measure while the others are idle. */
    private void shared(Jdk jdk, Via via, List<String> subjects) throws IOException {
        List<Measure> measures =
                Measure.SHARED.stream().filter(measure -> measure.via() == via).toList();
        Map<String, Child> children = new LinkedHashMap<>();
        Set<String> warmed = new HashSet<>();
        try {
            for (String subject : subjects) {
                if (measures.stream().anyMatch(measure -> takes(subject, jdk, measure))) {
                    children.put(subject, start(subject, jdk, via));
                }
            }
            for (int round = 0; round < settings.rounds(); round++) {
                for (Measure measure : measures) {
                    for (String subject : children.keySet()) {
                        if (takes(subject, jdk, measure)) {
                            Child child = Objects.requireNonNull(children.get(subject));
                            boolean first = warmed.add(subject);
                            boolean again = !warmed.add(subject + measure.name());
                            String name = jdk.prefix() + measure.name();
                            take(
                                    subject,
                                    name,
                                    round,
                                    () -> results.add(subject, name, child.ask(measure.line(settings, again, first))));
                        }
                    }
                }
            }
        } finally {
            children.values().forEach(Child::close);
        }
    }

    private void cold(Jdk jdk, List<String> all) {
        List<String> subjects = all.stream()
                .filter(subject -> !Subjects.NOT_COLD.contains(subject))
                .toList();
        ColdRuns runs = new ColdRuns(jdk, Via.HTTP.address(ports));
        for (int round = 0; round < settings.colds() && options.wants("cold"); round++) {
            for (String subject : subjects) {
                take(subject, "cold start", round, () -> {
                    results.add(subject, "coldfirst", runs.run(subject, path(subject), "first"));
                    results.add(subject, "coldend", runs.run(subject, path(subject), "end"));
                });
            }
        }
        for (String subject : subjects) {
            if (options.wants("size")) {
                take(subject, "size", 0, () -> {
                    ClassPath path = path(subject);
                    results.add(subject, "classes", runs.classes(subject, path));
                    results.add(
                            subject, "closure", Map.of("jars", (double) path.count(), "megabytes", path.megabytes()));
                });
            }
        }
    }

    private void open(Jdk jdk, Measure measure, List<String> subjects) {
        for (int round = 0; round < settings.opens(); round++) {
            for (String subject : subjects) {
                if (takes(subject, jdk, measure) && (round == 0 || measure.isRepeated(subject))) {
                    take(subject, measure.name(), round, () -> {
                        try (Child child = start(subject, jdk, measure.via())) {
                            results.add(subject, measure.name(), child.ask(measure.line(settings, false, true)));
                        }
                    });
                }
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void take(String subject, String what, int round, Work work) {
        long seconds = (System.nanoTime() - started) / 1_000_000_000;
        System.err.printf("%4d s  %-16s %-18s round %d%n", seconds, subject, what, round + 1);
        try {
            work.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        } catch (Mismatch e) {
            mismatches.add(e.getMessage());
        } catch (Exception e) {
            System.err.println("  failed: " + e.getMessage());
        }
    }
}
