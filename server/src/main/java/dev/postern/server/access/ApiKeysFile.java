package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.config.SettingsFile;
import dev.postern.spi.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;

/** The file with the keys of a gateway, in YAML, or in JSON if it is named {@code .json}. */
final class ApiKeysFile {
    private static final String SECTION = "keys";

    private ApiKeysFile() {}

    /**
     * Reads all keys.
     *
     * @param priced whether there are prices, which limits of cost need
     * @throws LlmException of kind CONFIGURATION that names file, line and path
     */
    static Map<String, ApiKey> read(Path file, boolean priced) {
        Settings section = SettingsFile.read(file, SECTION);
        Map<String, ApiKey> keys = ApiKeysReader.read(section, priced);
        section.refuseUnknown();
        return keys;
    }

    /**
     * Replaces the file in one step, so that a server that reads it never sees half of it. Only its owner can read it.
     *
     * @throws LlmException of kind CONFIGURATION if it cannot be written
     */
    static void write(Path file, Map<String, ApiKey> keys) {
        boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        String text = isJson ? ApiKeysWriter.json(keys) : ApiKeysWriter.yaml(keys);
        try {
            Path target = (Files.exists(file) ? file.toRealPath() : file.toAbsolutePath()); // behind a symbolic link
            Path folder = target.getParent();
            Path temporary = Files.createTempFile(folder, ".keys-", ".tmp", forOwner());
            try {
                try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    for (ByteBuffer bytes = StandardCharsets.UTF_8.encode(text); bytes.hasRemaining(); ) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    file + ": cannot be written (" + e.getClass().getSimpleName() + "); check its folder.",
                    e);
        }
    }

    /** The attributes of a new file that only its owner can read. */
    static FileAttribute<?>[] forOwner() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
