package dev.postern.server.access;

import dev.postern.LlmException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A value that is read from a file, and read again when the file changes. While the file is invalid, the value before stays in
 * use, and the log says so once. One thread calls {@link #check}; any thread may call {@link #value}.
 *
 * @param <T> the value
 */
final class WatchedFile<T> {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final String what;
    private final Path file;
    private final Function<Path, T> reader;
    private FileStamp seen;
    private volatile T value;

    /**
     * Reads the file.
     *
     * @param what names the content in the log, such as {@code The file of keys}
     * @param reader reads the file; throws an {@link LlmException} if it is invalid
     */
    WatchedFile(String what, Path file, Function<Path, T> reader) {
        this.what = what;
        this.file = file;
        this.reader = reader;
        seen = FileStamp.of(file); // before it is read, so that no change is missed
        value = reader.apply(file);
    }

    T value() {
        return value;
    }

    /** Reads the file if it has changed. A file that is missing is kept, as an editor may be replacing it. */
    void check() {
        FileStamp now = FileStamp.of(file);
        if (now.equals(seen) || now.equals(FileStamp.MISSING)) {
            return;
        }
        seen = now; // an invalid file is not read again until it changes
        try {
            value = reader.apply(file);
            LOGGER.log(Level.INFO, () -> what + " " + file + " was read again.");
        } catch (LlmException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // a defect must not end the watching
            failed("it cannot be used (" + e.getClass().getName() + ").");
        }
    }

    private void failed(String reason) {
        LOGGER.log(Level.ERROR, () -> what + " " + file + " stays as it was before: " + reason);
    }
}
