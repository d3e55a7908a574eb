package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Measures all subjects in turn. Writes the table to standard output and its progress to standard error. If a measure
 * fails, the table has a gap, the reason is printed, and the other measures are still taken.
 */
public final class Bench {
    private static final List<String> OPENAI =
            List.of("floor", "parser", "postern", "postern-plain", "openai-java", "langchain4j", "spring-ai");
    private static final List<String> BEDROCK =
            List.of("floor-bedrock", "parser-bedrock", "postern-bedrock", "aws-netty", "aws-crt");

    private final BenchSettings settings;
    private final Options options;
    private final Path logs;
    private final Results results = new Results();
    private String server = "";

    private Bench(BenchSettings settings, Options options) throws IOException {
        this.settings = settings;
        this.options = options;
        this.logs = Files.createDirectories(options.root().resolve("benchmarks/target/log"));
    }

    /** See {@code benchmarks/run --help}. */
    public static void main(String[] args) throws Exception {
        Options options = Options.of(args);
        BenchSettings settings = options.quick() ? BenchSettings.quick() : BenchSettings.whole();
        new Bench(settings, options).run();
    }

    private void run() throws Exception {
        List<String> openAi = options.chosen(OPENAI);
        List<String> bedrock = options.chosen(BEDROCK);
        try (Child serving = Child.start("server", logs, path("floor"), Server.class)) {
            server = "http://127.0.0.1:" + serving.readLine();
            for (List<String> group : List.of(openAi, bedrock)) {
                for (int fork = 0; fork < settings.forks(); fork++) {
                    shared(group, fork);
                }
            }
            List<String> others = openAi.stream()
                    .filter(subject -> !subject.equals("postern-plain"))
                    .toList();
            cold(others);
            cold(bedrock);
            open(others);
        }
        Table table = new Table(results);
        StringBuilder all = new StringBuilder(Table.head(options.quick(), options.versions()));
        all.append(openAi.isEmpty() ? "" : table.of("OpenAI's protocol", openAi));
        all.append(bedrock.isEmpty() ? "" : table.of("Amazon Bedrock's protocol", bedrock));
        System.out.println(all.append(table.aims()).append(table.server()));
    }

    private ClassPath path(String subject) {
        return ClassPath.of(options.root(), subject);
    }

    /** Starts a process for each subject. All exist at the same time; one takes a measure while the others are idle. */
    private void shared(List<String> subjects, int fork) throws IOException {
        List<Measure> measures = Measure.SHARED.stream()
                .filter(measure -> options.wants(measure.name()))
                .toList();
        if (measures.isEmpty()) {
            return;
        }
        Map<String, Child> children = new LinkedHashMap<>();
        Set<String> warmed = new HashSet<>();
        try {
            for (String subject : subjects) {
                children.put(subject, Child.start(subject, logs, path(subject), Load.class, subject, server));
            }
            for (int round = 0; round < settings.rounds(); round++) {
                for (Measure measure : measures) {
                    for (String subject : subjects) {
                        if (measure.isFor(subject)) {
                            Child child = Objects.requireNonNull(children.get(subject));
                            boolean first = warmed.add(subject);
                            boolean again = !warmed.add(subject + measure.name());
                            take(
                                    subject,
                                    measure.name(),
                                    round + fork * settings.rounds(),
                                    () -> results.add(
                                            subject, measure.name(), child.ask(measure.line(settings, again, first))));
                        }
                    }
                }
            }
        } finally {
            children.values().forEach(Child::close);
        }
    }

    private void cold(List<String> subjects) {
        ColdRuns runs = new ColdRuns(server);
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

    private void open(List<String> subjects) {
        for (int fork = 0; fork < settings.forks(); fork++) {
            for (String subject : subjects) {
                open(subject, Measure.OPEN_2000, fork);
                if (settings.tenThousand() && fork == 0) {
                    open(subject, Measure.OPEN_10000, fork);
                }
            }
        }
    }

    private void open(String subject, Measure measure, int fork) {
        if (options.wants(measure.name())) {
            take(subject, measure.name(), fork, () -> {
                try (Child child = Child.start(subject, logs, path(subject), Load.class, subject, server)) {
                    results.add(subject, measure.name(), child.ask(measure.line(settings, false, true)));
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void take(String subject, String what, int round, Work work) {
        System.err.printf("%-16s %-12s round %d%n", subject, what, round + 1);
        try {
            work.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        } catch (Exception e) {
            System.err.println("  failed: " + e.getMessage());
        }
    }
}
