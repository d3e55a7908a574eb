package dev.postern.jackson;

import static dev.postern.jackson.Mappers.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.jackson.Mappers.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Jackson reads and writes the golden pairs of {@code wire} as {@code wire} does. */
class GoldenTest {
    private static final Path GOLDEN = Path.of("../../wire/src/test/resources/golden/wire");

    static final List<Form<?>> FORMS = Mappers.FORMS;

    @ParameterizedTest
    @FieldSource("FORMS")
    void singleValuesAreReadAndWrittenAsExpected(Form<?> form) throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("single/" + form.name() + ".jsonl"));
        List<String> expected = Files.readAllLines(GOLDEN.resolve("single/" + form.name() + ".read"));

        assertThat(lines).hasSameSizeAs(expected);
        for (int i = 0; i < lines.size(); i++) {
            check(form, lines.get(i), expected.get(i));
        }
    }

    private static void check(Form<?> form, String json, String expected) {
        if (!expected.startsWith("error ")) {
            assertThat(MAPPER.writeValueAsString(MAPPER.readValue(json, form.type())))
                    .isEqualTo(expected);
        } else if (json.equals("null")) {
            assertThat((Object) MAPPER.readValue(json, form.type())).isNull();
        } else {
            JacksonException failure =
                    catchThrowableOfType(JacksonException.class, () -> MAPPER.readValue(json, form.type()));
            assertThat(failure).as(json).isInstanceOfAny(MismatchedInputException.class, StreamReadException.class);
            if (failure.getCause() instanceof LlmException) {
                assertThat(failure.getOriginalMessage()).isEqualTo(expected.substring("error ".length()));
            } else {
                assertThat(expected).containsAnyOf("the JSON text ends", "more text follows");
            }
        }
    }

    @ParameterizedTest
    @FieldSource("FORMS")
    void wholeRequestsAndAnswersAreReadAndWrittenAsByWire(Form<?> form) throws IOException {
        Path folder = GOLDEN.resolve(form.name());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(it -> it.toString().endsWith(".json")).toList()) {
                    sameAsWire(form, Files.readString(file));
                }
            }
        }
    }

    private static <T> void sameAsWire(Form<T> form, String json) {
        String expected;
        try {
            expected = form.json().text(form.json().read(json));
        } catch (LlmException e) {
            assertThat(catchThrowableOfType(JacksonException.class, () -> MAPPER.readValue(json, form.type())))
                    .as(json)
                    .isNotNull();
            return;
        }
        assertThat(withoutNewIds(MAPPER.writeValueAsString(MAPPER.readValue(json, form.type()))))
                .isEqualTo(withoutNewIds(expected));
    }

    /** A call without an id gets a new one each time. */
    private static String withoutNewIds(String json) {
        return json.replaceAll("call_[0-9a-f]{24}", "call_new");
    }
}
