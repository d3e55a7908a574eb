package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.testkit.project.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden pairs of a file that does not load and its error message. */
class BrokenFilesTest {
    private static final Path FILES = Path.of("src", "test", "resources", "golden", "config");

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") || name.endsWith(".json"))
                    .sorted()
                    .toList();
            return names.stream();
        }
    }

    @Test
    void thereAreMoreThanThirtyFiles() throws IOException {
        assertThat(files()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachFileIsRefusedWithOneSentenceThatNamesThePlace(String file) {
        GatewayLoader loader = GatewayLoader.create().environment(Map.of());

        LlmException failure = catchThrowableOfType(LlmException.class, () -> loader.load(FILES.resolve(file)));

        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.CONFIGURATION);
        String message =
                String.valueOf(failure.getMessage()).replace(FILES.resolve(file).toString(), file);
        assertThat(message).startsWith(file + ":").doesNotContain("\n", "sk-secret", "abcdefghijklmnopqrstuvwxyz");
        Golden.check("config/" + file.substring(0, file.lastIndexOf('.')) + ".txt", message + "\n");
    }
}
