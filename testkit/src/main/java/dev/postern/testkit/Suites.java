package dev.postern.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Public test suites. They lie outside the project: in {@code ../shared/suites}, or where {@code -Dpostern.suites} says. A
 * test that uses one is skipped where it is absent.
 */
public final class Suites {
    private Suites() {}

    /** The folder of a suite; empty, and a line is printed, where it is absent. */
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
