package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one command at a time read, change and write a file of keys, also across processes. Otherwise a key that is revoked
 * would be back if another command had read the file before. The lock is on a file beside it, which stays, because each change
 * replaces the file of keys itself. The system releases the lock if the process dies.
 */
final class KeysLock {
    /** The system's lock belongs to the process, so threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private static final Set<StandardOpenOption> OPTIONS = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    private final FileChannel channel;

    private KeysLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock. The thread that takes it closes it.
     *
     * @throws LlmException of kind CONFIGURATION if the file of the lock cannot be created
     */
    static KeysLock of(Path keys) {
        THREADS.lock();
        FileChannel opened = null;
        boolean locked = false;
        try {
            opened = FileChannel.open(beside(keys), OPTIONS, ApiKeysFile.forOwner());
            var unused = opened.lock(); // ends with the channel
            locked = true;
            return new KeysLock(opened);
        } catch (IOException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    keys + ": cannot be locked (" + e.getClass().getSimpleName() + "); check its folder.",
                    e);
        } finally {
            if (!locked) {
                release(opened);
            }
        }
    }

    /** The file of the lock of a file of keys. */
    static Path beside(Path keys) throws IOException {
        Path target = Files.exists(keys) ? keys.toRealPath() : keys.toAbsolutePath(); // behind a symbolic link
        return target.resolveSibling("." + target.getFileName() + ".lock");
    }

    private static void release(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // nothing was written; the system releases the lock in any case
        } finally {
            THREADS.unlock();
        }
    }

    /** Releases the lock. */
    void close() {
        release(channel);
    }
}
