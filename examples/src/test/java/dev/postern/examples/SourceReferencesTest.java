package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md refers to methods as {@code File.java:line} and a name. The name stands in that line. */
class SourceReferencesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+\\.java):(\\d+)`(?: `(\\w+)`)?");

    @Test
    void linesThatArchitectureNamesContainTheMethod() throws IOException {
        List<MatchResult> references = REFERENCE
                .matcher(DocumentPage.of("ARCHITECTURE.md").text())
                .results()
                .toList();
        assertThat(references).hasSizeGreaterThanOrEqualTo(20);

        for (MatchResult reference : references) {
            assertThat(reference.group(3)).as(reference.group()).isNotNull();
            assertThat(lines(reference.group(1), Integer.parseInt(reference.group(2))))
                    .as(reference.group())
                    .anySatisfy(line -> assertThat(line).containsPattern("\\b" + reference.group(3) + "\\("));
        }
    }

    /** The line with this number, from one, in each source file of this name. */
    private static List<String> lines(String name, int number) throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.find(
                ROOT,
                12,
                (file, attributes) -> file.endsWith(name) && file.toString().contains("main"))) {
            sources = files.toList();
        }
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            List<String> text = Files.readAllLines(source);
            if (number <= text.size()) {
                found.add(text.get(number - 1));
            }
        }
        return found;
    }
}
