package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.server.http.RequestPool;
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
 * Checks regularly whether the configuration file has changed, and reloads it. If the new file is invalid, the previous
 * configuration stays in use. The log has the reason once, and {@link #error} has it until a valid file is loaded.
 */
final class Reloader implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final FileTime MISSING = FileTime.fromMillis(0);

    private final Path file;
    private final Runnable reload;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(RequestPool.named("gateway-reload-"));
    private FileTime seen; // used by the watching thread only
    private volatile String error = "";

    /**
     * Starts to watch a file.
     *
     * @param seen when the file in use was {@linkplain #changed changed}; determined before it was read
     * @param reload loads the file; throws an {@link LlmException} if it is invalid
     */
    Reloader(Path file, FileTime seen, Duration interval, Runnable reload) {
        this.file = file;
        this.reload = reload;
        this.seen = seen;
        long millis = interval.toMillis();
        var unused = thread.scheduleWithFixedDelay(this::check, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** The reason why the current file is not in use; empty if it is in use. */
    String error() {
        return error;
    }

    private void check() {
        FileTime now = changed(file);
        if (now.equals(seen) || now.equals(MISSING)) { // the file is missing for a moment if an editor replaces it
            return;
        }
        seen = now; // an invalid file is not loaded again until it changes
        try {
            reload.run();
            error = "";
            LOGGER.log(Level.INFO, () -> "The configuration " + file + " was read again.");
        } catch (LlmException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // a defect must not end the watching
            failed("It cannot be used (" + e.getClass().getName() + ").");
        }
    }

    private void failed(String reason) {
        error = reason;
        LOGGER.log(Level.ERROR, () -> "The configuration " + file + " stays as it was before: " + reason);
    }

    /** The time of the last change of a file; the epoch for a missing file. */
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
