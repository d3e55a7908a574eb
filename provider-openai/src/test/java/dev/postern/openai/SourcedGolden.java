package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Golden files with a header that names their source. Each begins with lines such as
 *
 * <pre>
 * # SERVERS 1.4 ollama/ollama#15457: every parallel call has index 0
 * # profile gemini
 * </pre>
 * The first line is required. It begins with the number of a row in the table of server deviations, SERVERS.md.
 */
final class SourcedGolden {
    private static final Path ROOT = Path.of("src", "test", "resources", "golden");
    private static final String PROFILE = "# profile ";
    private static final String THINK_TAGS = "# think-tags";

    private SourcedGolden() {}

    /** The sorted names, without the ending, of the files in a folder with this ending. */
    static List<String> names(String folder, String ending) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .map(name -> name.substring(0, name.length() - ending.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean exists(String file) {
        return Files.exists(ROOT.resolve(file));
    }

    /** The header of a file. */
    static List<String> header(String file) {
        List<String> header = new String(Golden.read(file), StandardCharsets.UTF_8)
                .lines()
                .takeWhile(line -> line.startsWith("#"))
                .toList();
        assertThat(header).as("the source in the first line of " + file).isNotEmpty();
        return header;
    }

    /**
     * The profile that the header names, or the generic one. With {@code # think-tags} in the header, it reads such
     * tags as reasoning.
     */
    static ServerProfile profile(String file) {
        List<String> header = header(file);
        return header.stream()
                .filter(line -> line.startsWith(PROFILE))
                .map(line -> ServerProfile.of(line.substring(PROFILE.length())))
                .findFirst()
                .orElse(ServerProfile.GENERIC)
                .withThinkTags(header.contains(THINK_TAGS));
    }

    /** Fails and shows the difference unless these lines follow the header. */
    static void check(String file, List<String> lines) {
        Golden.check(
                file, Stream.concat(header(file).stream(), lines.stream()).collect(Collectors.joining("\n", "", "\n")));
    }
}
