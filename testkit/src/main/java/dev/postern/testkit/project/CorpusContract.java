package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Replays recorded traffic of real servers, and inputs from public bug reports, and compares the results with the expected
 * ones. The cases are outside the project: in {@code ../shared/corpus} and {@code ../shared/corpus-reports}, or in the
 * folders that {@code -Dpostern.corpus} lists, separated by the platform's path separator.
 *
 * <p>A field that is absent from {@code expected.json} is not compared. {@code error.any_of_kinds} replaces the
 * comparison of the error's other fields.
 */
public abstract class CorpusContract {
    private static final int MAX_EXCUSES = 5;

    /** For subclasses. */
    protected CorpusContract() {}

    /** The folder of the recordings, such as {@code openai}. */
    protected abstract String api();

    /** A provider for this server and model, without retries. */
    protected abstract LlmProvider provider(URI server, String model);

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void eachCaseAgreesOrHasAnExcuse() {
        Map<String, String> excuses = excuses();
        Map<String, String> failures = new TreeMap<>();
        Set<String> excused = new TreeSet<>();
        int compared = 0;
        for (Path folder : folders()) {
            Path corpus = folder.resolve(api());
            if (!Files.isDirectory(corpus)) {
                System.out.println("corpus: skipped, no cases at " + corpus + "; see -Dpostern.corpus");
                continue;
            }
            List<Path> cases = cases(corpus);
            assertThat(cases).as("cases in %s", corpus).isNotEmpty();
            int before = failures.size();
            for (Path one : cases) {
                String name = one.getFileName().toString();
                String difference = difference(one);
                if (!difference.isEmpty()) {
                    failures.put(name, difference);
                }
                if (excuses.containsKey(name)) { // cases in other folders are not compared
                    excused.add(name);
                }
            }
            System.out.println("corpus: " + cases.size() + " cases in " + folder.getFileName() + "/" + api() + ", "
                    + (failures.size() - before) + " differ, " + excused.size() + " excused");
            compared += cases.size();
        }
        assumeTrue(compared > 0, "no recorded traffic");
        assertThat(excuses).hasSizeLessThanOrEqualTo(MAX_EXCUSES);
        assertThat(failures.keySet()).as(() -> "differences: " + failures).containsExactlyInAnyOrderElementsOf(excused);
    }

    private String difference(Path folder) {
        JsonObject meta = json(folder.resolve("meta.json"));
        JsonObject expected = json(folder.resolve("expected.json"));
        boolean stream = Boolean.TRUE.equals(meta.get("stream"));
        MockResponse.Builder response = new MockResponse.Builder()
                .code((int) meta.integer("status", 200))
                .setHeader("Content-Type", meta.text("content_type"))
                .body(new Buffer().write(bytes(folder.resolve("response.body"))));
        JsonObject headers = meta.object("headers");
        headers.names().forEach(name -> response.setHeader(name, headers.text(name)));
        server.enqueue(response.build());
        try (LlmProvider llm = provider(server.url("/").uri(), meta.text("model"))) {
            return new Comparison(expected).of(stream ? streamed(llm) : whole(llm), stream);
        }
    }

    /** The result of a call. */
    private record Outcome(CompletionResponse answer, LlmException failure, long textDeltas, String textSoFar) {}

    private static Outcome whole(LlmProvider llm) {
        try {
            return new Outcome(llm.completions(CompletionRequest.of("hi")), null, -1, "");
        } catch (LlmException e) {
            return new Outcome(null, e, -1, "");
        }
    }

    private static Outcome streamed(LlmProvider llm) {
        CompletionCollector collector = new CompletionCollector();
        long deltas = 0;
        try (EventStream events = EventStream.of(llm.stream(CompletionRequest.of("hi")))) {
            for (StreamEvent event : events) {
                collector.accept(event);
                deltas += event instanceof StreamEvent.ContentDelta ? 1 : 0;
            }
            return new Outcome(collector.result(), null, deltas, collector.textSoFar());
        } catch (LlmException e) {
            return new Outcome(null, e, deltas, collector.textSoFar());
        }
    }

    /** Compares field by field, and lists the differences. */
    private record Comparison(JsonObject expected) {
        String of(Outcome got, boolean stream) {
            List<String> differences = new ArrayList<>();
            JsonObject error = expected.object("error");
            if (!error.isEmpty()) {
                failure(error, got, differences);
            } else if (got.failure() != null) {
                differences.add(
                        "failed: " + got.failure().kind() + " " + got.failure().getMessage());
            } else {
                answer(got.answer(), differences);
            }
            if (stream && expected.has("n_text_deltas")) {
                compare("n_text_deltas", expected.integer("n_text_deltas", -1), got.textDeltas(), differences);
            }
            return String.join("; ", differences);
        }

        private void failure(JsonObject error, Outcome got, List<String> differences) {
            if (got.failure() == null) {
                differences.add("succeeded, but " + error + " was expected");
                return;
            }
            if (error.get("any_of_kinds") instanceof List<?> kinds) {
                String kind = got.failure().kind().name();
                if (!kinds.contains(kind)) {
                    differences.add("error.kind: expected one of " + kinds + ", got " + kind + " ("
                            + got.failure().getMessage() + ")");
                }
                compareText("content", got.textSoFar(), differences);
                return;
            }
            if (error.text("kind").equals("in_stream")) {
                compare("content", expected.text("content"), got.textSoFar(), differences);
            }
            if (!error.text("kind").equals("not_a_completion")) {
                compare(
                        "error.status",
                        error.integer("status", 0),
                        (long) got.failure().status().orElse(0),
                        differences);
                compare("error.code", error.text("code"), got.failure().code(), differences);
                if (!got.failure().serverMessage().startsWith(error.text("message"))) {
                    differences.add("error.message: " + got.failure().serverMessage());
                }
            }
        }

        private void answer(CompletionResponse answer, List<String> differences) {
            compareText("content", answer.content(), differences);
            compareText("reasoning", answer.reasoning(), differences);
            compareText("stop_reason", answer.stopReason().wire(), differences);
            compareText(
                    "finish_reason_raw",
                    String.valueOf(answer.serverInfo().getOrDefault(CompletionResponse.FINISH_REASON, "")),
                    differences);
            if (isGiven("usage")) {
                usage(answer, differences);
            }
            if (isGiven("tool_calls")) {
                tools(answer.toolCalls(), differences);
            }
        }

        private void compareText(String field, String got, List<String> differences) {
            if (isGiven(field)) {
                compare(field, expected.text(field), got, differences);
            }
        }

        /** An absent field is not compared; null is. */
        private boolean isGiven(String field) {
            return expected.names().contains(field);
        }

        private void usage(CompletionResponse answer, List<String> differences) {
            Map<String, Object> got = new LinkedHashMap<>();
            answer.usage().ifPresent(usage -> {
                got.put("input_tokens", usage.inputTokens());
                got.put("output_tokens", usage.outputTokens());
                usage.cachedTokens().ifPresent(count -> got.put("cached_tokens", count));
                usage.cacheWriteTokens().ifPresent(count -> got.put("cache_write_tokens", count));
                usage.reasoningTokens().ifPresent(count -> got.put("reasoning_tokens", count));
            });
            if (acceptable("usage", got.isEmpty() ? null : got)) {
                return;
            }
            for (String count : List.of(
                    "input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens")) {
                JsonObject expectedValue = expected.object("usage");
                Object value = got.get(count);
                if (!acceptable("usage." + count, value)) {
                    compare(
                            "usage." + count,
                            expectedValue.has(count) ? expectedValue.integer(count, -1) : null,
                            value,
                            differences);
                }
            }
        }

        private void tools(List<ToolCall> calls, List<String> differences) {
            List<JsonObject> expectedValue = expected.objects("tool_calls");
            compare("tool_calls.size", expectedValue.size(), calls.size(), differences);
            for (int i = 0; i < Math.min(expectedValue.size(), calls.size()); i++) {
                if (!expectedValue.get(i).text("id").isEmpty()) {
                    compare("id", expectedValue.get(i).text("id"), calls.get(i).id(), differences);
                }
                compare("name", expectedValue.get(i).text("name"), calls.get(i).name(), differences);
                Object input = expectedValue.get(i).get("input");
                Object wanted = input == null
                        ? Map.of(ToolCall.RAW, expectedValue.get(i).text("input_raw"))
                        : input;
                compare("input", byValue(wanted), byValue(calls.get(i).input()), differences);
            }
        }

        private boolean acceptable(String field, Object value) {
            Object others = expected.object("also_acceptable").get(field);
            return others instanceof List<?> list
                    && list.stream().anyMatch(other -> Objects.equals(byValue(other), byValue(value)));
        }

        private void compare(String field, Object expectedValue, Object got, List<String> differences) {
            if (!Objects.equals(byValue(expectedValue), byValue(got)) && !acceptable(field, got)) {
                differences.add(field + ": expected " + expectedValue + ", got " + got);
            }
        }

        /** Numbers are equal by value, also with different Java types. */
        private static Object byValue(Object value) {
            if (value instanceof Number number) {
                return new BigDecimal(number.toString()).stripTrailingZeros();
            }
            if (value instanceof Map<?, ?> map) {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, field) -> copy.put(key, byValue(field)));
                return copy;
            }
            return value instanceof List<?> list
                    ? list.stream().map(Comparison::byValue).toList()
                    : value;
        }
    }

    private static List<Path> folders() {
        String set = System.getProperty("postern.corpus", "");
        if (!set.isEmpty()) {
            return Stream.of(set.split(Pattern.quote(File.pathSeparator)))
                    .map(Path::of)
                    .toList();
        }
        // Relative to the folder of the module, where Maven runs the tests.
        Path shared = Path.of("").toAbsolutePath().getParent().resolveSibling("shared");
        return List.of(shared.resolve("corpus"), shared.resolve("corpus-reports"));
    }

    private static List<Path> cases(Path corpus) {
        try (Stream<Path> files = Files.walk(corpus)) {
            return files.filter(file -> file.getFileName().toString().equals("meta.json"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each line has a case and its reason. */
    private static Map<String, String> excuses() {
        Map<String, String> excuses = new LinkedHashMap<>();
        for (String line : new String(bytes(Path.of("src/test/resources/corpus/excuses.txt"))).split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(": ", 2);
                excuses.put(parts[0], parts[1]);
            }
        }
        return excuses;
    }

    private static JsonObject json(Path file) {
        return JsonObject.of(Json.parse(bytes(file)));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
