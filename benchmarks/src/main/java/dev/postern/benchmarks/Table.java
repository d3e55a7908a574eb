package dev.postern.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Formats results as Markdown. */
final class Table {
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("floor", "floor: JDK client"),
            Map.entry("floor-bedrock", "floor: JDK client"),
            Map.entry("floor-selector", "floor, work on the selector thread"),
            Map.entry("parser", "floor + parser per event"),
            Map.entry("parser-bedrock", "floor + parser per frame"),
            Map.entry("postern", "Postern"),
            Map.entry("postern-plain", "Postern, any subscriber"),
            Map.entry("postern-bedrock", "Postern"),
            Map.entry("openai-java", "openai-java"),
            Map.entry("langchain4j", "LangChain4j"),
            Map.entry("spring-ai", "Spring AI"),
            Map.entry("aws-netty", "AWS SDK, Netty"),
            Map.entry("aws-crt", "AWS SDK, CRT"));

    private final Results results;

    Table(Results results) {
        this.results = results;
    }

    static String head(boolean quick, Map<String, String> versions) {
        return "Measured on " + LocalDate.now(ZoneOffset.UTC) + (quick ? ", quick run" : "") + ": JDK "
                + System.getProperty("java.vm.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores of "
                + cpu() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1")
                + ". Loopback, HTTP/1.1. "
                + versions.entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .sorted()
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("")
                + ".\nMedians; ± is the farthest round, × the ratio to the floor.\n\n";
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

    /** One table; the first subject is the floor. */
    String of(String title, List<String> subjects) {
        StringBuilder table = new StringBuilder("**" + title + "**\n\n| |");
        subjects.forEach(
                subject -> table.append(' ').append(TITLES.get(subject)).append(" |"));
        table.append("\n| --- |").append(" --: |".repeat(subjects.size())).append('\n');
        for (Row row : Row.ALL) {
            List<String> cells = subjects.stream()
                    .map(subject -> row.cell(results, subject, subjects.get(0)))
                    .toList();
            if (cells.stream().anyMatch(cell -> !cell.equals("–"))) {
                table.append("| ").append(row.title()).append(" | ");
                table.append(String.join(" | ", cells)).append(" |\n");
            }
        }
        return table.append('\n').toString();
    }

    /** The goals of Postern, and whether they are met. */
    String aims() {
        StringBuilder rows = new StringBuilder();
        Aim.OPENAI.forEach(aim -> rows.append(aim.row(results, "postern")));
        Aim.BEDROCK.forEach(aim -> rows.append(aim.row(results, "postern-bedrock")));
        return rows.isEmpty()
                ? ""
                : "**Aims**\n\n| beside the floor | aim | Postern | met |\n| --- | --: | --: | --- |\n" + rows + "\n";
    }

    /** The load of the server. At 100 % of a core, the figures would measure the server. */
    String server() {
        return results.largest(".server")
                .map(most -> String.format(
                        "The server was busy for %.0f %% of a core at most (%s)%s.%n",
                        most.getValue() * 100,
                        most.getKey().replace(".server", ""),
                        most.getValue() > 0.9 ? ", **which is too much: there the figures are its own**" : ""))
                .orElse("");
    }
}
