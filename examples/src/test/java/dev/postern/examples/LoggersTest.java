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

/** docs/logging-and-observability.md has a row for each logger and level of the modules that users get. */
class LoggersTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LOGGER = Pattern.compile("System\\.getLogger\\(\\s*\"([^\"]+)\"");
    private static final Pattern LEVEL = Pattern.compile("\\bLevel\\.([A-Z]+)\\b");

    @Test
    void tableNamesTheLoggersAndLevelsOfTheSources() throws IOException {
        Set<String> loggers = new TreeSet<>();
        for (Path source : sources()) {
            String code = Files.readString(source);
            LOGGER.matcher(code)
                    .results()
                    .forEach(logger -> LEVEL.matcher(code)
                            .results()
                            .forEach(level -> loggers.add(logger.group(1) + "` | " + level.group(1))));
        }
        List<String> rows = DocumentPage.of("docs/logging-and-observability.md")
                .matches("(?m)^\\| `(dev\\.postern\\.[a-z0-9]+` \\| [A-Z]+) \\|");

        assertThat(loggers).hasSizeGreaterThanOrEqualTo(17);
        assertThat(new TreeSet<>(rows)).isEqualTo(loggers);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.find(ROOT, 12, (file, attributes) -> isOfTheProduct(file))) {
            return files.toList();
        }
    }

    private static boolean isOfTheProduct(Path file) {
        String inside = ROOT.relativize(file).toString();
        int sources = inside.indexOf("/src/main/java/");
        return inside.endsWith(".java")
                && sources > 0
                && !List.of("benchmarks", "examples", "testkit").contains(inside.substring(0, sources));
    }
}
