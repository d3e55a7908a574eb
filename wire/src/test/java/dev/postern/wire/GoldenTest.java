package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.testkit.project.Golden;
import dev.postern.testkit.project.GoldenText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden pairs of JSON and what is read from it: below {@code golden/wire} {@code request/NAME.json}, {@code response/NAME.json},
 * {@code stream/NAME.jsonl} (an event a line) and {@code error/NAME.http} (the status, then the body), each beside its
 * {@code NAME.read}.
 */
class GoldenTest {
    static List<String> requests() throws IOException {
        return names("request", ".json");
    }

    static List<String> responses() throws IOException {
        return names("response", ".json");
    }

    static List<String> streams() throws IOException {
        return names("stream", ".jsonl");
    }

    static List<String> errors() throws IOException {
        return names("error", ".http");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsReadAsExpected(String name) {
        var request = RequestReader.read(Golden.read("wire/request/" + name + ".json"));

        check("request/" + name, ModelText.of(request));
        assertThat(ModelText.of(RequestReader.read(RequestWriter.write(request))))
                .as("written and read again")
                .isEqualTo(ModelText.of(request));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void anAnswerIsReadAsExpected(String name) {
        byte[] body = Golden.read("wire/response/" + name + ".json");

        check("response/" + name, caught(() -> GoldenText.lines(ResponseReader.read(body, newIds()))));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamIsReadAsExpected(String name) {
        EventReader reader = new EventReader(newIds());
        List<String> read = new ArrayList<>();
        for (String line : text("stream/" + name + ".jsonl").lines().toList()) {
            byte[] padded =
                    ("<<" + line + ">>").getBytes(StandardCharsets.UTF_8); // the event is a part of a larger buffer
            read.addAll(caught(() -> {
                List<String> events = new ArrayList<>();
                StreamEvent next = reader.read(padded, 2, padded.length - 4);
                for (; next != null; next = reader.poll()) {
                    events.add(GoldenText.of(next));
                }
                return events;
            }));
        }

        check("stream/" + name, read);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorIsReadAsExpected(String name) {
        String text = text("error/" + name + ".http");
        int end = text.indexOf('\n');
        byte[] body = text.substring(end + 1).getBytes(StandardCharsets.UTF_8);
        LlmException failure = ErrorReader.read(Integer.parseInt(text.substring(0, end)), body, null);

        assertThat(failure.backend()).isEmpty();
        check("error/" + name, ModelText.of(failure));
    }

    private static Supplier<String> newIds() {
        AtomicInteger ids = new AtomicInteger();
        return () -> "call_new" + ids.incrementAndGet();
    }

    private static List<String> caught(Supplier<List<String>> lines) {
        try {
            return lines.get();
        } catch (LlmException e) {
            return ModelText.of(e);
        }
    }

    private static void check(String name, List<String> lines) {
        Golden.check("wire/" + name + ".read", String.join("\n", lines) + "\n");
    }

    private static String text(String name) {
        return new String(Golden.read("wire/" + name), StandardCharsets.UTF_8);
    }

    private static List<String> names(String directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "golden", "wire", directory))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(suffix))
                    .map(file -> file.substring(0, file.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }
}
