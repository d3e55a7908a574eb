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
 * and the log names each problem once. One thread calls {@link #check}; any thread may call {@link #value}.
 *
 * @param <T> the value
 */
public final class WatchedFiles<T> {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final String what;
    private final List<Path> files;
    private final Supplier<T> reader;
    private List<FileStamp> seen;
    private String told = ""; // the problem that the log names; empty for none
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

    /**
     * Reads the files if one has changed since they were read the last time without a failure. Files that are missing or invalid are tried
     * again with each check, as a failure may pass without a change of the files.
     */
    public void check() {
        try {
            List<FileStamp> now = stamps();
            if (now.contains(FileStamp.MISSING)) {
                failed("a file is missing.");
            } else if (now.equals(seen)) {
                told = "";
            } else {
                value = reader.get();
                seen = now;
                told = "";
                LOGGER.log(Level.INFO, () -> what + names() + " was read again.");
            }
        } catch (LlmException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // neither a defect nor a full heap may end the watching
            failed("it cannot be used (" + e.getClass().getName() + ").");
        }
    }

    private String names() {
        return " (" + files.stream().map(Path::toString).collect(Collectors.joining(", ")) + ")";
    }

    /** Writes a problem to the log once. */
    private void failed(String reason) {
        if (reason.equals(told)) {
            return;
        }
        told = reason;
        LOGGER.log(Level.ERROR, () -> what + names() + " stays as it was before: " + reason);
    }
}
