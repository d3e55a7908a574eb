package dev.postern.server;

import dev.postern.LlmException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks every now and then whether the configuration has changed, and has it read again. If it cannot be used, the old one
 * stays in use; the log says so once, and {@link #error} until there is a good one.
 */
final class Reloader implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final FileTime MISSING = FileTime.fromMillis(0);

    private final Path file;
    private final Runnable reload;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Workers.named("gateway-reload-"));
    private FileTime seen; // of the watching thread
    private volatile String error = "";

    /**
     * Watches from now on.
     *
     * @param seen when the file that is in use was {@linkplain #changed changed}; asked before it was read
     * @param reload throws an {@link LlmException} if the file cannot be used
     */
    Reloader(Path file, FileTime seen, Duration interval, Runnable reload) {
        this.file = file;
        this.reload = reload;
        this.seen = seen;
        long millis = interval.toMillis();
        var unused = thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Why the file as it is now is not in use; empty if it is. */
    String error() {
        return error;
    }

    private void look() {
        FileTime now = changed(file);
        if (now.equals(seen) || now.equals(MISSING)) { // missing: many editors write a new file and rename it
            return;
        }
        seen = now; // a file that cannot be used is not tried again until it changes
        try {
            reload.run();
            error = "";
            LOGGER.log(Level.INFO, () -> "The configuration " + file + " was read again.");
        } catch (LlmException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // a defect, which must not end the watching
            failed("It cannot be used (" + e.getClass().getName() + ").");
        }
    }

    private void failed(String why) {
        error = why;
        LOGGER.log(Level.ERROR, () -> "The configuration " + file + " stays as it was before: " + why);
    }

    /** When the file was changed last; long ago if there is none. */
    static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return MISSING;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
