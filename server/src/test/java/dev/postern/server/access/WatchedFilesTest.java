package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
    @TempDir
    Path folder;

    private int reads;

    private String read(Path file) {
        reads++;
        try {
            String text = Files.readString(file);
            if (text.equals("invalid")) {
                throw new LlmException(Kind.CONFIGURATION, "it is invalid");
            }
            if (text.equals("defect")) {
                throw new IllegalStateException("a defect");
            }
            return text;
        } catch (IOException e) {
            throw new LlmException(Kind.CONFIGURATION, "it cannot be read", e);
        }
    }

    @Test
    void theLastValidValueStaysInUse() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "first");
        WatchedFiles<String> watched = new WatchedFiles<>("The file", List.of(file), () -> read(file));
        watched.check();
        assertThat(reads).isEqualTo(1);

        Files.writeString(file, "invalid");
        watched.check();
        watched.check();
        assertThat(watched.value()).isEqualTo("first");
        assertThat(reads).as("an invalid file is read again").isEqualTo(3);

        Files.delete(file);
        watched.check();
        assertThat(reads).as("a missing file is not read").isEqualTo(3);

        Files.writeString(file, "defect");
        watched.check();
        assertThat(watched.value()).isEqualTo("first");

        Files.writeString(file, "second");
        watched.check();
        assertThat(watched.value()).isEqualTo("second");
    }

    @Test
    void aFailureThatPassesLosesNoChange() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "first");
        AtomicBoolean fails = new AtomicBoolean();
        WatchedFiles<String> watched = new WatchedFiles<>("The file", List.of(file), () -> {
            if (fails.get()) {
                throw new OutOfMemoryError("for a test");
            }
            return read(file);
        });
        Files.writeString(file, "revoked");
        fails.set(true);
        watched.check();
        assertThat(watched.value()).isEqualTo("first");

        fails.set(false);
        watched.check();
        assertThat(watched.value()).isEqualTo("revoked");
    }

    @Test
    void aFileThatIsReplacedWithinOneTickIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "first");
        FileTime time = Files.getLastModifiedTime(file);
        WatchedFiles<String> watched = new WatchedFiles<>("The file", List.of(file), () -> read(file));
        Path next = Files.writeString(folder.resolve("g"), "other");
        Files.setLastModifiedTime(next, time);
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        watched.check();

        assertThat(watched.value()).isEqualTo("other");
    }
}
