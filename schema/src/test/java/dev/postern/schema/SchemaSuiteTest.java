package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The public test suite of JSON Schema: no valid value and no schema is refused, and no check fails or takes long. Invalid
 * values can be accepted if a keyword is not checked; the test knows their exact number. The validator gets the documents
 * that the cases refer to. The suite is outside the project, in {@code ../shared/suites} or in the folder of {@code
 * -Dpostern.suites}.
 */
class SchemaSuiteTest {

    /** The results of the cases of a folder. */
    private static final class Figures {
        private final List<String> wrongRejects = new ArrayList<>();
        private final List<String> refusedSchemas = new ArrayList<>();
        private int agree;
        private int passed;

        void add(String where, SchemaValidator schema, Map<?, ?> test) {
            boolean valid = Boolean.TRUE.equals(test.get("valid"));
            List<String> problems = schema.problems(test.get("data"));
            if (problems.isEmpty() == valid) {
                agree++;
            } else if (valid) {
                wrongRejects.add(where + ": " + test.get("description") + ": " + problems);
            } else {
                passed++;
            }
        }

        @Override
        public String toString() {
            return agree + " agree, " + passed + " invalid values pass because a keyword is not checked, "
                    + wrongRejects.size() + " wrong rejects, " + refusedSchemas.size() + " schemas refused";
        }
    }

    private static Path suites() {
        String set = System.getProperty("postern.suites", "");
        return set.isEmpty()
                ? Path.of("")
                        .toAbsolutePath()
                        .getParent()
                        .resolveSibling("shared")
                        .resolve("suites")
                : Path.of(set);
    }

    /**
     * Outside {@code optional}, the accepted invalid values need a meta-schema or a custom vocabulary, which are not
     * available. In {@code optional}, most need {@code format}, which is not checked.
     */
    @ParameterizedTest
    @CsvSource({
        "draft7, 925, 2",
        "draft7/optional, 439, 355",
        "draft2020-12, 1295, 4",
        "draft2020-12/optional, 520, 406",
    })
    @Timeout(120)
    void noValidValueIsRefused(String folder, int agree, int passed) throws IOException {
        Path cases = suites().resolve("json-schema").resolve(folder);
        if (!Files.isDirectory(cases)) {
            System.out.println("suite: skipped, no cases at " + cases + "; see -Dpostern.suites");
        }
        assumeTrue(Files.isDirectory(cases), "no suite");
        Figures figures = new Figures();
        Map<String, Map<String, Object>> documents = documents(folder);
        int depth = folder.endsWith("optional") ? Integer.MAX_VALUE : 1;
        try (Stream<Path> files = Files.walk(cases, depth)) {
            files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .forEach(file -> run(file, documents, figures));
        }
        System.out.println("suite: json-schema/" + folder + ": " + figures);

        assertThat(figures.agree).isEqualTo(agree);
        assertThat(figures.passed).isEqualTo(passed);
        assertThat(figures.wrongRejects).isEmpty();
        assertThat(figures.refusedSchemas).isEmpty();
    }

    /** The documents that the cases refer to, by their URI. */
    private static Map<String, Map<String, Object>> documents(String folder) throws IOException {
        Path remotes = suites().resolve("json-schema").resolve("remotes");
        String draft = folder.substring(0, (folder + "/").indexOf('/'));
        Map<String, Map<String, Object>> documents = new HashMap<>();
        try (Stream<Path> files = Files.walk(remotes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = remotes.relativize(file).toString().replace('\\', '/');
                if (name.startsWith(draft + "/") || !name.matches("(draft.*|v1)/.*")) {
                    documents.put("http://localhost:1234/" + name, named(parsed(file)));
                }
            }
        }
        return documents;
    }

    private static void run(Path file, Map<String, Map<String, Object>> documents, Figures figures) {
        for (Object element : (List<?>) parsed(file)) {
            Map<?, ?> one = (Map<?, ?>) element;
            String where = file.getFileName() + ": " + one.get("description");
            SchemaValidator schema;
            try {
                schema = SchemaValidator.of(named(one.get("schema")), documents);
            } catch (LlmException e) {
                figures.refusedSchemas.add(where + ": " + e.getMessage());
                continue;
            }
            for (Object test : (List<?>) one.get("tests")) {
                figures.add(where, schema, (Map<?, ?>) test);
            }
        }
    }

    private record AFormat<T>(T x) {}

    private record Formats(
            AFormat<Instant> a,
            AFormat<OffsetDateTime> b,
            AFormat<ZonedDateTime> c,
            AFormat<OffsetTime> d,
            AFormat<LocalDate> e,
            AFormat<UUID> f,
            AFormat<URI> g) {}

    /** An answer that matches the schema of a record can be read. */
    @ParameterizedTest
    @CsvSource({"a, date-time", "b, date-time", "c, date-time", "d, time", "e, date", "f, uuid", "g, uri"})
    void allValuesOfTheFormatOfAComponentAreRead(String component, String format) {
        Path file = suites().resolve("json-schema/draft2020-12/optional/format/" + format + ".json");
        assumeTrue(Files.isRegularFile(file), "no suite");
        Map<?, ?> schema = (Map<?, ?>) RecordType.of(Formats.class).schema().get("properties");
        assertThat(Json.text(schema.get(component))).contains("\"format\":\"" + format + "\"");
        List<String> refused = new ArrayList<>();
        for (Object one : (List<?>) parsed(file)) {
            for (Object test : (List<?>) ((Map<?, ?>) one).get("tests")) {
                Map<?, ?> fields = (Map<?, ?>) test;
                if (Boolean.TRUE.equals(fields.get("valid")) && fields.get("data") instanceof String text) {
                    try {
                        RecordType.of(Formats.class).read(Map.of(component, Map.of("x", text)));
                    } catch (LlmException e) {
                        boolean wideOffset =
                                text.matches(".*[+-](19|2[0-3]):[0-9]{2}"); // the limit of Java is 18 hours
                        if (!wideOffset && e.getMessage().contains(component + ".x: ")) {
                            refused.add(text);
                        }
                    }
                }
            }
        }

        assertThat(refused).isEmpty();
    }

    /** Wraps a boolean schema, since the schema of a tool is an object. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> named(Object schema) {
        return schema instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of("allOf", List.of(schema));
    }

    private static Object parsed(Path file) {
        try {
            return Json.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
