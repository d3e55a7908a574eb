package dev.postern.bedrock;

import dev.postern.testkit.project.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Reads the golden files of this module. */
final class GoldenFiles {
    private static final Path ROOT = Path.of("src", "test", "resources", "golden");

    private GoldenFiles() {}

    /** The sorted names of the files with this extension, without the extension. */
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

    static String text(String file) {
        return new String(Golden.read(file), StandardCharsets.UTF_8);
    }

    static void check(String file, List<String> lines) {
        Golden.check(file, String.join("\n", lines) + "\n");
    }

    /**
     * The bytes of a file with one frame on each line: {@code event TYPE JSON}, {@code exception TYPE JSON} or {@code
     * error CODE MESSAGE}. {@code cut N} removes the last N bytes before it. Lines with {@code #} are comments.
     */
    static byte[] frames(String file) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String line : text(file)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList()) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "event" -> all.writeBytes(Frames.event(words[1], words[2]));
                case "exception" -> all.writeBytes(Frames.exception(words[1], words[2]));
                case "error" -> all.writeBytes(Frames.error(words[1], words[2]));
                case "cut" -> {
                    byte[] whole = all.toByteArray();
                    all.reset();
                    all.writeBytes(Arrays.copyOf(whole, whole.length - Integer.parseInt(words[1])));
                }
                default -> throw new AssertionError(file + ": " + line);
            }
        }
        return all.toByteArray();
    }
}
