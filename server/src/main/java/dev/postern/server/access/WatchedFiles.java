package dev.postern.server.access;

import dev.postern.LlmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A value that is read from files, and read again when one of them changes. While they are invalid, the value before stays in use,
 * and the log says so once. One thread calls {@link #check}; any thread may call {@link #value}.
 *
 * @param <T> the value
 */
public final class WatchedFiles<T> {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final String what;
    private final List<Path> files;
    private final Supplier<T> reader;
    private List<FileStamp> seen;
    private volatile T value;

    /**
     * Reads the files.
     *
     * @param what names the content in the log, such as {@code The file of keys}
     * @param reader reads the files; throws an {@link LlmException} if it is invalid
     */
    public WatchedFiles(String what, List<Path> files, Supplier<T> reader) {
        this.what = what;
        this.files = List.copyOf(files);
        this.reader = reader;
        seen = stamps(); // before they are read, so that no change is missed
        value = reader.get();
    }

    /** The value of the last files that were valid. */
    public T value() {
        return value;
    }

    private List<FileStamp> stamps() {
        return files.stream().map(FileStamp::of).toList();
    }

    /** Reads the files if one has changed. Nothing happens while one is missing, as an editor may be replacing it. */
    public void check() {
        List<FileStamp> now = stamps();
        if (now.equals(seen) || now.contains(FileStamp.MISSING)) {
            return;
        }
        seen = now; // invalid files are not read again until one changes
        try {
            value = reader.get();
            LOGGER.log(Level.INFO, () -> what + names() + " was read again.");
        } catch (LlmException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // a defect must not end the watching
            failed("it cannot be used (" + e.getClass().getName() + ").");
        }
    }

    private String names() {
        return " (" + files.stream().map(Path::toString).collect(Collectors.joining(", ")) + ")";
    }

    private void failed(String reason) {
        LOGGER.log(Level.ERROR, () -> what + names() + " stays as it was before: " + reason);
    }
}
