package dev.postern.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Formats results as Markdown. */
final class Table {
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("floor", "floor: JDK client"),
            Map.entry("floor-bedrock", "floor: JDK client"),
            Map.entry("floor-selector", "floor, executor(Runnable::run)"),
            Map.entry("postern-loop", "Postern, loop over an EventStream"),
            Map.entry("postern-reactor", "Postern, Reactor"),
            Map.entry("postern-listener", "Postern, one listener"),
            Map.entry("parser", "floor + parser per event"),
            Map.entry("parser-bedrock", "floor + parser per frame"),
            Map.entry("postern", "Postern"),
            Map.entry("postern-plain", "Postern, any subscriber"),
            Map.entry("postern-bedrock", "Postern"),
            Map.entry("openai-java", "openai-java"),
            Map.entry("langchain4j", "LangChain4j"),
            Map.entry("langchain4j-postern", "LangChain4j over Postern"),
            Map.entry("spring-ai", "Spring AI"),
            Map.entry("spring-ai-postern", "Spring AI over Postern"),
            Map.entry("aws-netty", "AWS SDK, Netty"),
            Map.entry("aws-crt", "AWS SDK, CRT"));

    private final Results results;

    Table(Results results) {
        this.results = results;
    }

    /** All that is printed after a run. */
    String all(Options options, List<String> openAi, List<String> bedrock) {
        List<Row> rows = Row.main();
        for (Jdk jdk : options.jdks()) {
            rows.addAll(jdk.isMain() ? List.of() : Row.other(jdk.number()));
        }
        return head(options.quick(), options.versions())
                + (openAi.isEmpty() ? "" : of("OpenAI's protocol", openAi, rows))
                + (bedrock.isEmpty() ? "" : of("Amazon Bedrock's protocol", bedrock, rows))
                + aims(options.jdks())
                + server()
                + "\n"
                + Summary.of(this, openAi, bedrock);
    }

    private static String head(boolean quick, Map<String, String> versions) {
        return "Measured on " + LocalDate.now(ZoneOffset.UTC) + (quick ? ", quick run" : "") + ": JDK "
                + System.getProperty("java.vm.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores of "
                + cpu() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1")
                + ". Loopback; HTTP/1.1 without TLS unless the row says otherwise. "
                + versions.entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .sorted()
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("")
                + ".\nMedians; ± is the farthest round, × the ratio to the floor."
                + Row.UNSURE + ": the spread of one of the two is larger than their difference.\n\n";
    }

    private static String cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("an unknown CPU");
        } catch (IOException e) {
            return "an unknown CPU";
        }
    }

    private String of(String title, List<String> subjects, List<Row> rows) {
        return of(title, subjects, rows, true);
    }

    /** A table without the spread of the rounds. */
    String summary(String title, List<String> subjects, List<Row> rows) {
        return of(title, subjects, rows, false);
    }

    /** One table; the first subject is the floor. */
    private String of(String title, List<String> subjects, List<Row> rows, boolean withSpread) {
        StringBuilder table = new StringBuilder("**" + title + "**\n\n| |");
        subjects.forEach(
                subject -> table.append(' ').append(TITLES.get(subject)).append(" |"));
        table.append("\n| --- |").append(" --: |".repeat(subjects.size())).append('\n');
        for (Row row : rows) {
            List<String> cells = subjects.stream()
                    .map(subject -> row.cell(results, subject, subjects.get(0), withSpread))
                    .toList();
            if (cells.stream().anyMatch(cell -> !cell.equals("–"))) {
                table.append("| ").append(row.title()).append(" | ");
                table.append(String.join(" | ", cells)).append(" |\n");
            }
        }
        return table.append('\n').toString();
    }

    /** The goals of Postern, and whether they are met. */
    private String aims(List<Jdk> jdks) {
        StringBuilder rows = new StringBuilder();
        for (Aim aim : Aims.all(jdks)) {
            String beside = aim.beside();
            rows.append(aim.row(results, beside == null ? "–" : Objects.requireNonNull(TITLES.get(beside))));
        }
        return rows.isEmpty()
                ? ""
                : "**Aims** (of several measures, the worst)\n\n| | beside | aim | Postern | met |\n"
                        + "| --- | --- | --: | --: | --- |\n" + rows + "\n";
    }

    /** The load of the server. At 100 % of a core, the figures would measure the server. */
    private String server() {
        return results.largest(".server")
                .map(most -> String.format(
                        "The server was busy for %.0f %% of a core at most (%s)%s.%n",
                        most.getValue() * 100,
                        most.getKey().replace(".server", ""),
                        most.getValue() > 0.9 ? ", **which is too much: there the figures are its own**" : ""))
                .orElse("");
    }
}
