package dev.postern.server.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file. If the file was renamed or removed, as tools do that rotate logs, a new one is made. A file that was cut to
 * length 0 goes on from there, because every write appends.
 */
final class FileSink implements LineSink {
    private final Path file;
    private final Opener opener;
    private @Nullable OutputStream out;
    private @Nullable Object opened; // the identity of the open file
    private boolean broken; // whether a write to the open file failed, perhaps within a line

    /** Opens a file to append to it. */
    interface Opener {
        OutputStream open(Path file) throws IOException;
    }

    FileSink(Path file) {
        this(file, path -> Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    FileSink(Path file, Opener opener) {
        this.file = file;
        this.opener = opener;
    }

    @Override
    public void write(List<String> lines) throws IOException {
        OutputStream open = current();
        StringBuilder text = new StringBuilder(broken ? "\n" : "");
        lines.forEach(line -> text.append(line).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        broken = true;
        open.write(bytes); // at once, so that no half line is left behind
        broken = false;
    }

    private OutputStream current() throws IOException {
        OutputStream open = out;
        if (open != null && Objects.equals(identity(), opened)) {
            return open;
        }
        close();
        open = opener.open(file);
        out = open;
        broken = false;
        opened = identity();
        return open;
    }

    /** Differs if there is another file under the name, or none. The same for all files where the system has no such identity. */
    private @Nullable Object identity() throws IOException {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? "unknown" : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        OutputStream open = out;
        out = null;
        if (open != null) {
            open.close();
        }
    }
}
