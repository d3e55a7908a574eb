package dev.postern.testkit.project;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Public test suites. They are outside the project: in {@code ../shared/suites}, or in the folder of {@code
 * -Dpostern.suites}. A test that uses an absent suite is skipped.
 */
public final class Suites {
    private Suites() {}

    /** The folder of a suite; if it is absent, prints a line and returns empty. */
    public static Optional<Path> folder(String suite) {
        String set = System.getProperty("postern.suites", "");
        Path folder = (set.isEmpty() ? Path.of("..", "..", "shared", "suites") : Path.of(set)).resolve(suite);
        if (Files.isDirectory(folder)) {
            return Optional.of(folder);
        }
        System.out.println(
                suite + ": skipped, not found at " + folder.toAbsolutePath().normalize() + "; see -Dpostern.suites");
        return Optional.empty();
    }
}
