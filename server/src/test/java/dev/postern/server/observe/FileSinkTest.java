package dev.postern.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    Path folder;

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "before\n");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("one", "two"));
            sink.write(List.of("three"));
        }

        assertThat(file).hasContent("before\none\ntwo\nthree\n");
    }

    @Test
    void aRenamedFileIsFollowedByANewOne() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("one"));
            Files.move(file, folder.resolve("log.1"));
            sink.write(List.of("two"));
        }

        assertThat(folder.resolve("log.1")).hasContent("one\n");
        assertThat(file).hasContent("two\n");
    }

    @Test
    void aFileThatWasCutGoesOnFromItsBeginning() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(file)) {
            sink.write(List.of("a long first line"));
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(0);
            }
            sink.write(List.of("two"));
        }

        assertThat(file).hasContent("two\n");
    }

    @Test
    void aMissingFolderIsAFailureUntilItIsThere() throws IOException {
        Path file = folder.resolve("logs").resolve("log");
        try (FileSink sink = new FileSink(file)) {
            assertThatThrownBy(() -> sink.write(List.of("lost"))).isInstanceOf(IOException.class);
            Files.createDirectory(file.getParent());
            sink.write(List.of("kept"));
        }

        assertThat(file).hasContent("kept\n");
    }

    /** A file whose disk is full after some bytes, once. */
    private static OutputStream filling(Path file, int room) throws IOException {
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new FilterOutputStream(out) {
            private boolean wasFull;

            @Override
            public void write(byte[] bytes) throws IOException {
                if (wasFull) {
                    out.write(bytes);
                    return;
                }
                wasFull = true;
                out.write(bytes, 0, room);
                throw new IOException("No space left on device");
            }
        };
    }

    @Test
    void aLineAfterAHalfOneBeginsOnItsOwnLine() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(file, path -> filling(path, 5))) {
            assertThatThrownBy(() -> sink.write(List.of("half of it"))).isInstanceOf(IOException.class);
            sink.write(List.of("whole"));
        }

        assertThat(file).hasContent("half \nwhole\n");
    }

    @Test
    void aNewFileHasNoEmptyLine() throws IOException {
        Path file = folder.resolve("log");
        try (FileSink sink = new FileSink(
                file,
                path -> Files.exists(folder.resolve("log.1"))
                        ? Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        : filling(path, 5))) {
            assertThatThrownBy(() -> sink.write(List.of("half of it"))).isInstanceOf(IOException.class);
            Files.move(file, folder.resolve("log.1"));
            sink.write(List.of("whole"));
        }

        assertThat(file).hasContent("whole\n");
    }
}
