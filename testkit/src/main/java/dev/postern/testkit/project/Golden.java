package dev.postern.testkit.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares text with a file below {@code src/test/resources/golden}. With {@code -Dgolden.update=true} it writes the file
 * instead; review the difference before you commit it.
 */
public final class Golden {
    private static final Path ROOT = Path.of("src", "test", "resources", "golden");
    private static final int CONTEXT = 3;

    private Golden() {}

    /** The content of a golden file, such as {@code stream/tool-call.sse}. */
    public static byte[] read(String name) {
        try {
            return Files.readAllBytes(ROOT.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails with the difference unless the golden file of this name has this text. */
    public static void check(String name, String actual) {
        check(ROOT, name, actual, Boolean.getBoolean("golden.update"));
    }

    static void check(Path root, String name, String actual, boolean update) {
        check(root, name, actual, "golden.update", update);
    }

    /**
     * Does the same with files in another folder.
     *
     * @param property the system property that is {@code true} to write the file
     */
    public static void check(Path root, String name, String actual, String property) {
        check(root, name, actual, property, Boolean.getBoolean(property));
    }

    private static void check(Path root, String name, String actual, String property, boolean update) {
        Path file = root.resolve(name);
        try {
            if (update) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
                return;
            }
            if (!Files.exists(file)) {
                throw new AssertionError(
                        "There is no " + file + "; -D" + property + "=true writes it with this content:\n" + actual);
            }
            String expected = Files.readString(file, StandardCharsets.UTF_8);
            if (!expected.equals(actual)) {
                throw new AssertionError(file + " differs; if this is intended, -D" + property + "=true updates it.\n"
                        + difference(expected, actual));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines from the first to the last difference, with a few lines around them. */
    static String difference(String expected, String actual) {
        List<String> before = List.of(expected.split("\n", -1));
        List<String> after = List.of(actual.split("\n", -1));
        int shorter = Math.min(before.size(), after.size());
        int head = 0;
        while (head < shorter && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && fromEnd(before, tail).equals(fromEnd(after, tail))) {
            tail++;
        }
        StringBuilder out = new StringBuilder("@@ line " + (head + 1) + ": - expected, + actual @@\n");
        lines(out, "  ", before, Math.max(0, head - CONTEXT), head);
        lines(out, "- ", before, head, before.size() - tail);
        lines(out, "+ ", after, head, after.size() - tail);
        lines(out, "  ", before, before.size() - tail, Math.min(before.size(), before.size() - tail + CONTEXT));
        return out.toString();
    }

    private static String fromEnd(List<String> lines, int index) {
        return lines.get(lines.size() - 1 - index);
    }

    private static void lines(StringBuilder out, String mark, List<String> lines, int from, int to) {
        lines.subList(from, to).forEach(line -> out.append(mark).append(line).append('\n'));
    }
}
