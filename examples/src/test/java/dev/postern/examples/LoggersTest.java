package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/logging-and-observability.md has a row for each logger of the modules that users get. */
class LoggersTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LOGGER = Pattern.compile("System\\.getLogger\\(\\s*\"([^\"]+)\"");

    @Test
    void tableNamesTheLoggersOfTheSources() throws IOException {
        Set<String> loggers = new TreeSet<>();
        for (Path source : sources()) {
            LOGGER.matcher(Files.readString(source)).results().forEach(found -> loggers.add(found.group(1)));
        }
        List<String> rows =
                DocumentPage.of("docs/logging-and-observability.md").matches("(?m)^\\| `(dev\\.postern\\.[a-z]+)` \\|");

        assertThat(loggers).hasSizeGreaterThanOrEqualTo(8);
        assertThat(new TreeSet<>(rows)).isEqualTo(loggers);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.find(ROOT, 12, (file, attributes) -> isOfTheProduct(file))) {
            return files.toList();
        }
    }

    private static boolean isOfTheProduct(Path file) {
        Path inside = ROOT.relativize(file);
        return file.toString().endsWith(".java")
                && inside.getNameCount() > 3
                && inside.subpath(1, 4).equals(Path.of("src", "main", "java"))
                && !List.of("benchmarks", "examples", "testkit")
                        .contains(inside.getName(0).toString());
    }
}
