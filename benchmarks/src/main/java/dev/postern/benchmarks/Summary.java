package dev.postern.benchmarks;

import java.util.List;
import java.util.Set;

/** The short tables of {@code docs/performance.md} and of the README. Their cells show no spread. */
final class Summary {
    /** The subjects of the README, the floor first. */
    private static final List<String> README_SUBJECTS =
            List.of("floor", "postern", "openai-java", "langchain4j", "spring-ai");

    /** Not in {@code docs/performance.md}; they are in the complete table. */
    private static final Set<String> NOT_IN_DOCS = Set.of(
            "floor-selector",
            "parser",
            "parser-bedrock",
            "postern-loop",
            "postern-reactor",
            "postern-listener",
            "langchain4j-postern",
            "spring-ai-postern");

    /** The same programs over models of two kinds, the floor first. */
    private static final List<String> MODELS =
            List.of("floor", "langchain4j", "langchain4j-postern", "spring-ai", "spring-ai-postern");

    /** The rows of the README. */
    private static final Set<String> README_METRICS = Set.of(
            "english64.cpu",
            "english64.bytes",
            "paced64.cpu",
            "tlspaced64.cpu",
            "small1.cpu",
            "small.rate",
            "largeenglish.cpu",
            "first.p50",
            "coldfirst.cpu",
            "open10000.started");

    private Summary() {}

    private static List<Row> rows() {
        return List.of(
                new Row("streamed event, English, 64 streams: CPU, µs", "english64.cpu", 1e3, 2, true),
                new Row("… bytes allocated", "english64.bytes", 1, 0, true),
                new Row("streamed event, Chinese, 64 streams: CPU, µs", "chinese64.cpu", 1e3, 2, true),
                new Row("tool delta, 64 streams: CPU, µs", "tools64.cpu", 1e3, 2, true),
                new Row("streamed event, HTTP/2, 64 streams: CPU, µs", "h2text64.cpu", 1e3, 2, true),
                new Row("event in a packet of its own, 64 streams: CPU, µs", "paced64.cpu", 1e3, 1, true),
                new Row("… delay, p99, µs", "paced64.p99", 1, 0, true),
                new Row("event in a packet of its own, TLS, 64 streams: CPU, µs", "tlspaced64.cpu", 1e3, 1, true),
                new Row("… delay, p99, µs", "tlspaced64.p99", 1, 0, true),
                new Row("1 KB answer, one at a time: CPU, µs", "small1.cpu", 1e3, 0, true),
                new Row("… KB allocated", "small1.bytes", 1e3, 1, true),
                new Row("1 KB answers, 64 at once: requests a second", "small.rate", 1, 0, true),
                new Row("200 KB answer, English, 64 at once: CPU, µs", "largeenglish.cpu", 1e3, 0, true),
                new Row("… KB allocated", "largeenglish.bytes", 1e3, 0, true),
                new Row("first token, warm: µs", "first.p50", 1, 0, true),
                new Row("first token of a fresh JVM: CPU, ms", "coldfirst.cpu", 1, 0, true),
                new Row("classes loaded", "classes.loaded", 1, 0, true),
                new Row("jars at run time", "closure.jars", 1, 0, false),
                new Row("… MB", "closure.megabytes", 1, 1, false),
                new Row("2,000 open streams: that run", "open2000.started", 1, 0, false),
                new Row("… CPU per event, µs", "open2000.cpu", 1e3, 1, true),
                new Row("… Java threads", "open2000.threads", 1, 0, false),
                new Row("10,000 open streams: that run", "open10000.started", 1, 0, false),
                new Row("… heap per stream, KB", "open10000.each", 1e3, 1, true));
    }

    /** The tables for these subjects, each list with the floor first; empty if none was measured. */
    static String of(Table table, List<String> openAi, List<String> bedrock) {
        List<Row> chosen = rows().stream()
                .filter(row -> README_METRICS.contains(row.metric()))
                .toList();
        List<String> inReadme = both(README_SUBJECTS, openAi);
        List<String> models = both(MODELS, openAi);
        return (inReadme.contains("floor") ? table.summary("README", inReadme, chosen) : "")
                + (openAi.isEmpty() ? "" : table.summary("OpenAI's protocol, in short", inDocs(openAi), rows()))
                + (models.contains("langchain4j-postern") || models.contains("spring-ai-postern")
                        ? table.summary("The same programs over Postern's provider", models, rows())
                        : "")
                + (bedrock.isEmpty() ? "" : table.summary("Amazon Bedrock, in short", inDocs(bedrock), rows()));
    }

    private static List<String> both(List<String> names, List<String> measured) {
        return names.stream().filter(measured::contains).toList();
    }

    private static List<String> inDocs(List<String> subjects) {
        return subjects.stream()
                .filter(subject -> !NOT_IN_DOCS.contains(subject))
                .toList();
    }
}
